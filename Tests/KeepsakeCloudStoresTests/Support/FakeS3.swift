import Crypto
import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import Synchronization

/// As much of S3 as Keepsake uses: one bucket in memory, addressed by path.
final class FakeS3: Sendable {
  struct Object: Sendable, Hashable {
    var bytes: [UInt8]
    var tag: String
    var digest: String?
    var modified: Timestamp
  }

  struct State: Sendable {
    var objects: [String: Object] = [:]
    var uploads: [String: [Int: Object]] = [:]
    var uploadDigests: [String: String] = [:]
    var writes = 0
  }

  /// How many keys a list has at most.
  let pageSize: Int

  let bucket: String

  /// What the server's clock shows.
  let now: @Sendable () -> Timestamp

  /// The access keys that it knows; others are expired.
  let accessKeys: Mutex<Set<String>> = Mutex(["AKID"])

  private let state = Mutex(State())

  init(
    bucket: String = "bucket", pageSize: Int = 1000,
    now: @escaping @Sendable () -> Timestamp = { .systemClock() }
  ) {
    self.bucket = bucket
    self.pageSize = pageSize
    self.now = now
  }

  /// The content of every object, by key.
  var objects: [String: Object] { state.withLock { $0.objects } }

  /// Uploads with parts, which take room that costs, that were neither completed nor dropped.
  var openUploadCount: Int { state.withLock { $0.uploads.values.count { !$0.isEmpty } } }

  func clear() { state.withLock { $0 = State() } }

  /// Changes an object's content behind everyone's back.
  func damage(_ key: String) {
    state.withLock { $0.objects[key]?.bytes = Array("damaged".utf8) }
  }

  func respond(_ request: ReceivedRequest) -> HTTPResponse {
    var response = answer(request)
    response.headers["Date"] = now().httpDate
    return response
  }

  private func answer(_ request: ReceivedRequest) -> HTTPResponse {
    if let refusal = refusal(of: request) { return refusal }
    let parts = request.path.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.first == bucket else { return .s3Error(404, "NoSuchBucket") }
    let key = parts.count > 1 ? parts[1] : ""
    if key.isEmpty { return list(request.query) }
    switch (request.method, request.query["uploads"], request.query["uploadId"]) {
    case ("POST", .some, _): return begin(key, request)
    case ("PUT", _, .some(let id)): return putPart(id, request)
    case ("POST", _, .some(let id)): return complete(key, id, request)
    case ("DELETE", _, .some(let id)):
      state.withLock { _ = $0.uploads.removeValue(forKey: id) }
      return HTTPResponse(status: 204)
    case ("PUT", _, _): return put(key, request)
    case ("GET", _, _), ("HEAD", _, _): return get(key, request)
    case ("DELETE", _, _):
      state.withLock { _ = $0.objects.removeValue(forKey: key) }
      return HTTPResponse(status: 204)
    default: return .s3Error(405, "MethodNotAllowed")
    }
  }

  private func refusal(of request: ReceivedRequest) -> HTTPResponse? {
    let authorization = request.headers["Authorization"] ?? ""
    let accessKey = authorization.split(separator: "=").dropFirst().first?.prefix { $0 != "/" }
    guard let accessKey, accessKeys.withLock({ $0.contains(String(accessKey)) }) else {
      return .s3Error(400, "ExpiredToken")
    }
    if request.headers["X-Amz-Content-Sha256"] != hex(SHA256.hash(data: request.body)) {
      return .s3Error(400, "XAmzContentSHA256Mismatch")
    }
    let date = request.headers["X-Amz-Date"].flatMap { Timestamp(basic: $0) }
    guard let date, abs(date.seconds - now().seconds) <= 900 else {
      return .s3Error(403, "RequestTimeTooSkewed")
    }
    return nil
  }

  private func list(_ query: [String: String]) -> HTTPResponse {
    let prefix = query["prefix"] ?? ""
    let start = query["continuation-token"] ?? ""
    let keys = objects.keys.filter { $0.hasPrefix(prefix) && $0 > start }.sorted()
    var text = "<?xml version=\"1.0\"?><ListBucketResult>"
    for key in keys.prefix(pageSize) {
      guard let object = objects[key] else { continue }
      text += """
        <Contents><Key>\(PercentEncoding.encoded(key))</Key><ETag>&quot;\(object.tag)&quot;</ETag>\
        <Size>\(object.bytes.count)</Size><LastModified>\(object.modified.rfc3339)</LastModified></Contents>
        """
    }
    let isTruncated = keys.count > pageSize
    text += "<IsTruncated>\(isTruncated)</IsTruncated>"
    if isTruncated {
      text += "<NextContinuationToken>\(keys[pageSize - 1])</NextContinuationToken>"
    }
    return .xml(text + "</ListBucketResult>")
  }

  private func object(_ bytes: [UInt8], _ digest: String?, _ state: inout State) -> Object {
    state.writes += 1
    return Object(
      bytes: bytes, tag: "\(state.writes)-\(bytes.count)", digest: digest, modified: now())
  }

  private func put(_ key: String, _ request: ReceivedRequest) -> HTTPResponse {
    state.withLock { state in
      let present = state.objects[key]
      if request.headers["If-None-Match"] != nil, present != nil {
        return .s3Error(412, "PreconditionFailed")
      }
      if let tag = request.headers["If-Match"] {
        guard let present else { return .s3Error(404, "NoSuchKey") }
        if tag != "\"\(present.tag)\"" { return .s3Error(412, "PreconditionFailed") }
      }
      let stored = object(request.body, request.headers["x-amz-meta-sha256"], &state)
      state.objects[key] = stored
      return HTTPResponse(status: 200, headers: ["ETag": "\"\(stored.tag)\""])
    }
  }

  private func get(_ key: String, _ request: ReceivedRequest) -> HTTPResponse {
    guard let object = objects[key] else { return .s3Error(404, "NoSuchKey") }
    if let tag = request.headers["If-Match"], tag != "\"\(object.tag)\"" {
      return .s3Error(412, "PreconditionFailed")
    }
    var response = HTTPResponse(
      status: 200,
      headers: ["ETag": "\"\(object.tag)\"", "Last-Modified": object.modified.httpDate],
      body: object.bytes)
    response.headers["x-amz-meta-sha256"] = object.digest
    response.headers["Content-Length"] = "\(object.bytes.count)"
    if let range = request.headers["Range"] {
      let ends = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
      guard ends.count == 2, ends[0] < object.bytes.count else {
        return .s3Error(416, "InvalidRange")
      }
      let end = min(ends[1] + 1, object.bytes.count)
      response.status = 206
      response.body = Array(object.bytes[ends[0]..<end])
      response.headers["Content-Length"] = "\(response.body.count)"
      response.headers["Content-Range"] = "bytes \(ends[0])-\(end - 1)/\(object.bytes.count)"
    }
    return response
  }

  private func begin(_ key: String, _ request: ReceivedRequest) -> HTTPResponse {
    state.withLock { state in
      state.writes += 1
      let id = "upload-\(state.writes)"
      state.uploads[id] = [:]
      state.uploadDigests[id] = request.headers["x-amz-meta-sha256"]
      return .xml(
        "<InitiateMultipartUploadResult><UploadId>\(id)</UploadId></InitiateMultipartUploadResult>")
    }
  }

  private func putPart(_ id: String, _ request: ReceivedRequest) -> HTTPResponse {
    state.withLock { state in
      guard state.uploads[id] != nil, let number = request.query["partNumber"].flatMap({ Int($0) })
      else { return .s3Error(404, "NoSuchUpload") }
      let part = object(request.body, nil, &state)
      state.uploads[id]?[number] = part
      return HTTPResponse(status: 200, headers: ["ETag": "\"\(part.tag)\""])
    }
  }

  private func complete(_ key: String, _ id: String, _ request: ReceivedRequest) -> HTTPResponse {
    state.withLock { state in
      guard let parts = state.uploads.removeValue(forKey: id) else {
        return .s3Error(404, "NoSuchUpload")
      }
      let bytes = parts.sorted { $0.key < $1.key }.flatMap { $0.value.bytes }
      let named = String(decoding: request.body, as: UTF8.self)
      guard parts.allSatisfy({ named.contains($0.value.tag) }) else {
        return .s3Error(400, "InvalidPart")
      }
      let stored = object(bytes, state.uploadDigests[id], &state)
      state.objects[key] = stored
      return .xml(
        "<CompleteMultipartUploadResult><ETag>\(stored.tag)</ETag></CompleteMultipartUploadResult>")
    }
  }
}

private func hex(_ bytes: some Sequence<UInt8>) -> String { Hexadecimal.text(bytes) }

extension HTTPResponse {
  /// An error as S3 describes it.
  static func s3Error(
    _ status: Int, _ code: String, message: String = "", headers: HTTPHeaders = [:]
  ) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: headers,
      body: Array("<Error><Code>\(code)</Code><Message>\(message)</Message></Error>".utf8))
  }

  static func xml(_ text: String) -> HTTPResponse {
    HTTPResponse(status: 200, body: Array(text.utf8))
  }
}

extension Timestamp {
  /// As an HTTP header field has it, with any day of the week.
  var httpDate: String {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let fields = fields
    let time = "\(two(fields.hour)):\(two(fields.minute)):\(two(fields.second))"
    return "Fri, \(two(fields.day)) \(months[fields.month - 1]) \(fields.year) \(time) GMT"
  }

  /// Reads `20130524T000000Z`.
  init?(basic text: String) {
    let digits = Array(text.filter(\.isNumber))
    guard digits.count == 14 else { return nil }
    func number(_ start: Int, _ count: Int) -> Int {
      Int(String(digits[start..<start + count])) ?? 0
    }
    self.init(
      year: number(0, 4), month: number(4, 2), day: number(6, 2), hour: number(8, 2),
      minute: number(10, 2), second: number(12, 2))
  }
}
