import Crypto
import Keepsake
import KeepsakeCloudStores
import KeepsakeJSON
import KeepsakeModel
import KeepsakeStores
import Synchronization

/// As much of Cloud Storage as Keepsake uses, with Google's login: one bucket in memory.
final class FakeGCS: Sendable {
  struct Object: Sendable, Hashable {
    var bytes: [UInt8]
    var generation: Int64
    var checksum: String
    var modified: Timestamp
  }

  private struct Upload: Sendable {
    var name: String
    var checksum: String?
    var bytes: [UInt8] = []
    var finished: Object?
  }

  private struct State: Sendable {
    var objects: [String: Object] = [:]
    var uploads: [String: Upload] = [:]
    var generation: Int64 = 1000
    var tokens: Set<String> = []
    var tokenCount = 0
  }

  /// How many names a list has at most.
  let pageSize: Int

  /// How much of a part the server keeps, for uploads whose parts arrive in pieces.
  let keptPart: Int

  private let state = Mutex(State())

  init(pageSize: Int = 1000, keptPart: Int = .max) {
    self.pageSize = pageSize
    self.keptPart = keptPart
  }

  /// Every object, by name.
  var objects: [String: Object] { state.withLock { $0.objects } }

  func clear() { state.withLock { $0.objects = [:] } }

  /// From now on no token is accepted that was given out.
  func endTokens() { state.withLock { $0.tokens = [] } }

  /// How many tokens were given out.
  var tokenCount: Int { state.withLock { $0.tokenCount } }

  /// Changes an object's content behind everyone's back.
  func damage(_ name: String) {
    state.withLock { state in
      guard let count = state.objects[name]?.bytes.count else { return }
      state.objects[name]?.bytes = [UInt8](repeating: 0x21, count: count)
    }
  }

  /// Forgets uploads that are under way.
  func dropUploads() { state.withLock { $0.uploads = [:] } }

  func respond(_ request: ReceivedRequest) -> HTTPResponse {
    let path = String(request.target.prefix { $0 != "?" })
    if path.hasPrefix("/token") { return token() }
    if path.hasPrefix("/session/") { return receive(request, String(path.dropFirst(9))) }
    let token = request.headers["Authorization"]?.dropFirst("Bearer ".count)
    guard let token, state.withLock({ $0.tokens.contains(String(token)) }) else {
      return .gcsError(401, "Invalid Credentials", "authError")
    }
    let parts = path.split(separator: "/").map { PercentEncoding.decoded($0) ?? "" }
    guard let b = parts.firstIndex(of: "b"), b + 2 < parts.count else {
      return .gcsError(404, "Not Found")
    }
    guard parts[b + 1] == "bucket" else {
      return .gcsError(404, "The specified bucket does not exist.")
    }
    let name = b + 3 < parts.count ? parts[b + 3] : nil
    switch (request.method, name) {
    case ("GET", nil): return list(request.query)
    case ("GET", let name?): return read(name, request)
    case ("POST", nil): return write(request)
    case ("DELETE", let name?):
      return state.withLock { state in
        state.objects.removeValue(forKey: name) == nil
          ? .gcsError(404, "No such object") : HTTPResponse(status: 204)
      }
    default: return .gcsError(405, "Not Allowed")
    }
  }

  private func token() -> HTTPResponse {
    state.withLock { state in
      state.tokenCount += 1
      let token = "token-\(state.tokenCount)"
      state.tokens.insert(token)
      return .json(["access_token": .string(token), "expires_in": 3600, "token_type": "Bearer"])
    }
  }

  private func list(_ query: [String: String]) -> HTTPResponse {
    let start = query["pageToken"] ?? ""
    let names = objects.keys.filter { $0.hasPrefix(query["prefix"] ?? "") && $0 > start }.sorted()
    var members: [JSONMember] = []
    let items = names.prefix(pageSize).compactMap { name in objects[name].map { json(name, $0) } }
    if !items.isEmpty { members.append(JSONMember("items", .array(items))) }
    if names.count > pageSize {
      members.append(JSONMember("nextPageToken", .string(names[pageSize - 1])))
    }
    return .json(.object(members))
  }

  private func json(_ name: String, _ object: Object) -> JSONValue {
    [
      "name": .string(name), "size": .string("\(object.bytes.count)"),
      "generation": .string("\(object.generation)"),
      "updated": .string(object.modified.rfc3339), "crc32c": .string(object.checksum),
    ]
  }

  private func read(_ name: String, _ request: ReceivedRequest) -> HTTPResponse {
    guard let object = objects[name],
      request.query["generation"].map({ $0 == "\(object.generation)" }) ?? true
    else { return .gcsError(404, "No such object: bucket/\(name)") }
    guard request.query["alt"] == "media" else { return .json(json(name, object)) }
    let headers: HTTPHeaders = [
      "x-goog-generation": "\(object.generation)",
      "x-goog-hash": "crc32c=\(object.checksum),md5=AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    guard let range = request.headers["Range"] else {
      return HTTPResponse(status: 200, headers: headers, body: object.bytes)
    }
    let ends = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
    guard ends.count == 2, ends[0] < object.bytes.count else { return HTTPResponse(status: 416) }
    return HTTPResponse(
      status: 206, headers: headers,
      body: Array(object.bytes[ends[0]..<min(ends[1] + 1, object.bytes.count)]))
  }

  private func write(_ request: ReceivedRequest) -> HTTPResponse {
    guard let name = request.query["name"] else { return .gcsError(400, "Required") }
    let isFree = state.withLock { state in
      request.query["ifGenerationMatch"].map {
        $0 == "\(state.objects[name]?.generation ?? 0)"
      } ?? true
    }
    guard isFree else { return .gcsError(412, "At least one precondition did not hold.") }
    if request.query["uploadType"] == "resumable" { return begin(name, request) }
    let boundary = request.headers["Content-Type"]?.split(separator: "=").last.map(String.init)
    let parts = Self.parts(request.body, boundary ?? "")
    guard parts.count == 2 else { return .gcsError(400, "Bad multipart") }
    return state.withLock { state in
      guard let object = Self.store(parts[1], name, Self.checksum(parts[0]), &state) else {
        return .gcsError(400, "Provided CRC32C doesn't match calculated CRC32C.")
      }
      return .json(json(name, object))
    }
  }

  private static func store(
    _ bytes: [UInt8], _ name: String, _ checksum: String?, _ state: inout State
  ) -> Object? {
    let actual = CRC32C(of: bytes).base64
    guard checksum == nil || checksum == actual else { return nil }
    state.generation += 1
    let object = Object(
      bytes: bytes, generation: state.generation, checksum: actual, modified: .systemClock())
    state.objects[name] = object
    return object
  }

  private static func checksum(_ description: [UInt8]) -> String? {
    let value = try? JSONCursor.read(description.span) { cursor throws(JSONError) in
      try cursor.value()
    }
    return value?["crc32c"]?.stringValue
  }

  /// The contents of the parts of a `multipart/related` body.
  private static func parts(_ body: [UInt8], _ boundary: String) -> [[UInt8]] {
    body.split(separator: Array("--\(boundary)".utf8)).compactMap { part in
      guard let head = part.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
      return Array(part[head.upperBound...].dropLast(2))
    }
  }

  private func begin(_ name: String, _ request: ReceivedRequest) -> HTTPResponse {
    state.withLock { state in
      state.generation += 1
      let id = "\(state.generation)"
      state.uploads[id] = Upload(name: name, checksum: Self.checksum(request.body))
      let host = request.headers["Host"] ?? ""
      return HTTPResponse(status: 200, headers: ["Location": "http://\(host)/session/\(id)"])
    }
  }

  private func receive(_ request: ReceivedRequest, _ id: String) -> HTTPResponse {
    state.withLock { state in
      guard var upload = state.uploads[id] else { return .gcsError(404, "Not Found") }
      if let object = upload.finished { return .json(json(upload.name, object)) }
      let range = (request.headers["Content-Range"] ?? "").dropFirst("bytes ".count)
        .split { $0 == "-" || $0 == "/" }
      let total = range.last.flatMap { Int($0) } ?? -1
      if range.count == 3, let start = Int(range[0]) {
        guard start <= upload.bytes.count else { return .gcsError(503, "Gap") }
        let isLast = Int(range[1]) == total - 1
        let fresh = request.body.dropFirst(upload.bytes.count - start)
        upload.bytes += isLast ? fresh : fresh.prefix(keptPart)
      }
      if upload.bytes.count == total {
        guard let object = Self.store(upload.bytes, upload.name, upload.checksum, &state) else {
          state.uploads[id] = nil
          return .gcsError(400, "Provided CRC32C doesn't match calculated CRC32C.")
        }
        upload.finished = object
        state.uploads[id] = upload
        return .json(json(upload.name, object))
      }
      state.uploads[id] = upload
      var response = HTTPResponse(status: 308)
      if !upload.bytes.isEmpty {
        response.headers["Range"] = "bytes=0-\(upload.bytes.count - 1)"
      }
      return response
    }
  }
}

extension HTTPResponse {
  /// An error as Google's JSON APIs describe it.
  static func gcsError(
    _ status: Int, _ message: String, _ reason: String = "other", headers: HTTPHeaders = [:]
  ) -> HTTPResponse {
    .json(
      [
        "error": [
          "code": .integer(Int64(status)), "message": .string(message),
          "errors": [["message": .string(message), "reason": .string(reason)]],
        ]
      ], status: status, headers: headers)
  }

  static func json(
    _ value: JSONValue, status: Int = 200, headers: HTTPHeaders = [:]
  ) -> HTTPResponse {
    var writer = JSONWriter(indented: false)
    writer.value(value)
    return HTTPResponse(status: status, headers: headers, body: writer.bytes)
  }
}
