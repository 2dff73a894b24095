internal import KeepsakeModel
package import KeepsakeStores

extension S3Store {
  package func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    let digest = Digests.sha256(bytes)
    return try await put(
      .bytes(bytes), digest: digest, byteCount: Int64(bytes.count), at: key, if: condition)
  }

  /// Stores an object with one request.
  func put(
    _ body: HTTPBody, digest: String, byteCount: Int64, at key: String, if condition: PutCondition
  ) async throws(StoreError) -> StoredObject {
    try check(key: key)
    var request = S3Request(kind: .write, method: "PUT", key: prefix + key)
    request.body = body
    request.payloadHash = digest
    request.headers[Self.digestField] = digest
    switch condition {
    case .always: break
    case .absent: request.headers["If-None-Match"] = "*"
    case .version(let version): request.headers["If-Match"] = version.mark
    }
    let answer = try await send(request)
    if let error = answer.error, condition != .always {
      // Where the version that was to be replaced is gone, S3 has no such key.
      let isRefused = [404, 409, 412].contains(error.status) && error.code != "NoSuchBucket"
      if isRefused {
        // An earlier try may have succeeded although its answer was lost.
        if answer.mayHaveHappened, let object = try await stored(key, digest) { return object }
        throw StoreError(
          .conflict, what: "cannot write \(key)", why: "another writer was faster",
          fix: "Read it again, then repeat the change.")
      }
    }
    let response = try check(answer, "write", key)
    let date = response.headers["Date"].flatMap { Timestamp(httpDate: $0) } ?? options.now()
    return StoredObject(
      key: key, byteCount: byteCount, modified: date.nanoseconds,
      version: ObjectVersion(response.headers["ETag"] ?? ""))
  }

  /// The object at `key` if its content has this digest.
  func stored(_ key: String, _ digest: String) async throws(StoreError) -> StoredObject? {
    let answer = try await send(S3Request(kind: .read, method: "HEAD", key: prefix + key))
    guard let response = answer.success, response.headers[Self.digestField] == digest else {
      return nil
    }
    return describe(key, response)
  }

  package func put(fileAt path: String, at key: String) async throws(StoreError) {
    try check(key: key)
    let file = try TransferFile(reading: path)
    let byteCount = try file.byteCount
    let ranges = options.parts.ranges(of: byteCount)
    let digests = try await FileDigests(of: file, ranges)
    options.meter.begin(byteCount)
    defer { options.meter.end() }
    if ranges.count <= 1 {
      _ = try await put(
        .file(file, 0..<byteCount), digest: digests.whole, byteCount: byteCount, at: key,
        if: .always)
      options.meter.advance(byteCount)
    } else {
      try await S3Upload(
        store: self, key: key, file: file, ranges: ranges, digests: digests
      ).run()
    }
    file.remove()
  }

  package func remove(_ key: String) async throws(StoreError) {
    guard isValidKey(key) else { return }
    let answer = try await send(S3Request(kind: .remove, method: "DELETE", key: prefix + key))
    if answer.error?.code != "NoSuchKey" { _ = try check(answer, "remove", key) }
    spool?.discard(key)
  }

  package func check(key: String) throws(StoreError) {
    // S3's own limit is 1,024 bytes with the prefix; it says so itself.
    guard isValidKey(key) else {
      throw StoreError(
        .invalid, what: "cannot write \(key)", why: "it is not a valid key", fix: "Use another.")
    }
  }
}
