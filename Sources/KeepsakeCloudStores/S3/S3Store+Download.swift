internal import KeepsakeModel
package import KeepsakeStores

extension S3Store {
  package func fetch(
    _ key: String, into file: TransferFile
  ) async throws(StoreError) -> FetchOutcome {
    guard let head = try await fetchFirst(key, into: file) else {
      // Nothing can be a part of nothing.
      let response = try await answer(
        to: S3Request(kind: .read, method: "GET", key: prefix + key), "read", key)
      return response.body.isEmpty ? .whole : .replaced
    }
    let ranges = options.parts.ranges(of: head.byteCount)
    options.meter.begin(head.byteCount)
    defer { options.meter.end() }
    options.meter.advance(head.fetched)
    let rest = ranges.filter { $0.lowerBound >= head.fetched }
    do throws(StoreError) {
      try await options.meter.transfer(rest, width: options.parts.width) {
        (index) throws(StoreError) in
        try await fetch(rest[index], of: key, head.tag, into: file)
      }
    } catch {
      if error.code == .conflict { return .replaced }
      throw error
    }
    guard let digest = head.digest else { return .whole }
    return try await FileDigests(of: file, ranges).whole == digest ? .whole : .damaged
  }

  /// What the first answer says about an object.
  private struct Head {
    var byteCount: Int64
    var fetched: Int64
    var tag: String
    var digest: String?
  }

  /// Fetches the first part; `nil` where the object is empty.
  private func fetchFirst(_ key: String, into file: TransferFile) async throws(StoreError) -> Head?
  {
    var request = S3Request(kind: .read, method: "GET", key: prefix + key)
    request.headers["Range"] = "bytes=0-\(options.parts.byteCount - 1)"
    // A server without ranges sends everything.
    request.destination = .file(file, at: 0, limit: 5 << 40)
    request.answerByteCount = options.parts.byteCount
    let answer = try await send(request)
    if answer.error?.status == 416 { return nil }
    let response = try check(answer, "read", key)
    var total = response.byteCount
    if response.status == 206 {
      let text = response.headers["Content-Range"]?.split(separator: "/").last
      guard let count = text.flatMap({ Int64($0) }), count >= response.byteCount else {
        throw StoreError(
          .invalid, what: "cannot read \(key)", why: "the answer does not say how long it is",
          fix: "Check the store's URL.")
      }
      total = count
    }
    return Head(
      byteCount: total, fetched: response.byteCount, tag: response.headers["ETag"] ?? "",
      digest: response.headers[Self.digestField])
  }

  private func fetch(
    _ range: Range<Int64>, of key: String, _ tag: String, into file: TransferFile
  ) async throws(StoreError) {
    var request = S3Request(kind: .read, method: "GET", key: prefix + key)
    request.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    if !tag.isEmpty { request.headers["If-Match"] = tag }
    request.destination = .file(file, at: range.lowerBound, limit: Int64(range.count))
    request.answerByteCount = Int64(range.count)
    let response = try await answer(to: request, "read", key)
    guard response.status == 206, response.byteCount == Int64(range.count) else {
      throw StoreError(
        .invalid, what: "cannot read \(key)", why: "the store sent another part than asked for",
        fix: "Check the store's URL.")
    }
  }
}
