internal import KeepsakeStores
internal import Synchronization

/// Stores a large file as one object, in parts that are sent at the same time.
///
/// The object appears whole with the last request. What was sent is dropped when that fails.
struct S3Upload: Sendable {
  let store: S3Store
  let key: String
  let file: TransferFile
  let ranges: [Range<Int64>]
  let digests: FileDigests

  func run() async throws(StoreError) {
    let id = try await begin()
    do throws(StoreError) {
      try await complete(id, try await sendParts(id))
    } catch {
      await abort(id)
      throw error
    }
  }

  private var wholeKey: String { store.prefix + key }

  private func begin() async throws(StoreError) -> String {
    var request = S3Request(
      kind: .write, method: "POST", key: wholeKey, query: [("uploads", "")],
      rootElement: "InitiateMultipartUploadResult")
    request.headers[S3Store.digestField] = digests.whole
    let response = try await store.answer(to: request, "write", key)
    return XMLElement(parsing: response.body)?["UploadId"]?.text ?? ""
  }

  /// - Returns: the ETag of each part.
  private func sendParts(_ id: String) async throws(StoreError) -> [String] {
    let tags = Mutex<[Int: String]>([:])
    try await store.options.meter.transfer(ranges, width: store.options.parts.width) {
      (index) throws(StoreError) in
      let tag = try await send(index, id)
      tags.withLock { $0[index] = tag }
    }
    let found = tags.withLock { $0 }
    return ranges.indices.map { found[$0] ?? "" }
  }

  private func send(_ index: Int, _ id: String) async throws(StoreError) -> String {
    var request = S3Request(
      kind: .write, method: "PUT", key: wholeKey,
      query: [("partNumber", "\(index + 1)"), ("uploadId", id)])
    request.body = .file(file, ranges[index])
    request.payloadHash = digests.parts[index]
    return try await store.answer(to: request, "write", key).headers["ETag"] ?? ""
  }

  private func complete(_ id: String, _ tags: [String]) async throws(StoreError) {
    var text = "<CompleteMultipartUpload>"
    for (index, tag) in tags.enumerated() {
      let escaped = tag.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      text += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(escaped)</ETag></Part>"
    }
    let body = Array((text + "</CompleteMultipartUpload>").utf8)
    var request = S3Request(
      kind: .write, method: "POST", key: wholeKey, query: [("uploadId", id)],
      rootElement: "CompleteMultipartUploadResult")
    request.body = .bytes(body)
    request.payloadHash = Digests.sha256(body)
    let answer = try await store.send(request)
    if let error = answer.error, answer.mayHaveHappened, error.code == "NoSuchUpload",
      try await store.stored(key, digests.whole) != nil
    {
      // It was complete before; the answer that said so was lost.
      return
    }
    _ = try store.check(answer, "write", key)
  }

  /// Drops the parts, as far as the store can be reached: they would be paid for.
  private func abort(_ id: String) async {
    let request = S3Request(
      kind: .remove, method: "DELETE", key: wholeKey, query: [("uploadId", id)])
    _ = try? await store.send(request)
  }
}
