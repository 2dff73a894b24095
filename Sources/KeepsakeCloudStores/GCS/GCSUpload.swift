package import KeepsakeStores

/// Sends a large file in parts that can be resumed after a fault. The object appears with the last
/// one, as a whole.
struct GCSUpload {
  let store: GCSStore
  let file: TransferFile
  let byteCount: Int64
  let key: String

  /// The CRC-32C of the file in base64, which the server checks.
  let checksum: String

  /// How often the same part is sent at most, and how often the upload begins anew.
  private static let attempts = 5

  func run() async throws(StoreError) -> GCSResource {
    store.options.meter.begin(byteCount)
    defer { store.options.meter.end() }
    for _ in 0..<Self.attempts {
      let session = try await begin()
      if let resource = try await send(to: session) { return resource }
    }
    throw StoreError(
      .unavailable, what: "cannot write \(key)", why: "the upload broke off too often",
      fix: "Check the network and try again.")
  }

  /// - Returns: the URL that takes the parts; who knows it may write that object.
  private func begin() async throws(StoreError) -> Secret {
    let description = store.description(of: key, checksum: checksum)
    let url = store.uploadURL(
      key, [("uploadType", "resumable"), ("fields", GCSResource.fields)])
    let response = try await store.send(.write(key), missing: store.missingBucket) { _ in
      HTTPRequest(
        "POST", url,
        headers: [
          "Content-Type": "application/json; charset=UTF-8",
          "X-Upload-Content-Length": "\(byteCount)",
          "X-Upload-Content-Type": "application/octet-stream",
        ], body: .bytes(description))
    }
    guard let session = response.headers["Location"] else { throw store.unreadable(.write(key)) }
    return Secret(session)
  }

  /// Sends the parts.
  ///
  /// - Returns: what was stored; `nil` where the upload has to begin anew.
  private func send(to session: Secret) async throws(StoreError) -> GCSResource? {
    var offset: Int64 = 0
    var attempts = 0
    var size = GrowingPart(first: store.options.parts.byteCount)
    let clock = store.options.runner.clock
    while attempts < Self.attempts {
      attempts += 1
      let part = offset..<min(offset + size.byteCount, byteCount)
      let (start, began) = (offset, clock.now())
      let response = try await store.send(.write(key), accepting: [308, 404, 410]) { number in
        // After a fault nobody knows how much arrived: the server is asked.
        number == 0 ? request(part, session) : question(session)
      }
      switch response.status {
      case 308: offset = Self.received(response)
      case 404, 410: return nil
      default:
        guard let resource = GCSResource(response.body) else {
          throw store.unreadable(.write(key))
        }
        store.options.meter.advance(byteCount - start)
        return resource.byteCount == byteCount && resource.checksum ?? checksum == checksum
          ? resource : nil
      }
      guard offset <= byteCount else { return nil }
      size.sent(in: began.duration(to: clock.now()), isWhole: offset == part.upperBound)
      if offset > start {
        attempts = 0
        store.options.meter.advance(offset - start)
      }
    }
    return nil
  }

  private func request(_ part: Range<Int64>, _ session: Secret) -> HTTPRequest {
    HTTPRequest(
      "PUT", session.value,
      headers: [
        "Content-Range": "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(byteCount)"
      ],
      body: .file(file, part), timeout: .seconds(900))
  }

  private func question(_ session: Secret) -> HTTPRequest {
    HTTPRequest("PUT", session.value, headers: ["Content-Range": "bytes */\(byteCount)"])
  }

  /// How many bytes the server has: `Range: bytes=0-LAST`, without that none.
  private static func received(_ response: HTTPResponse) -> Int64 {
    guard let range = response.headers["Range"], let dash = range.lastIndex(of: "-"),
      let last = Int64(range[range.index(after: dash)...])
    else { return 0 }
    return last + 1
  }
}

extension GCSStore {
  package func put(fileAt path: String, at key: String) async throws(StoreError) {
    try check(key: key)
    let file = try TransferFile(reading: path)
    let byteCount = try file.byteCount
    if byteCount <= singleUploadLimit {
      try await put(
        try await BlockingPool.run { () throws(StoreError) in try file.read(0..<byteCount) },
        at: key)
      return
    }
    let checksum = try await Self.checksum(of: file, byteCount)
    _ = try await GCSUpload(
      store: self, file: file, byteCount: byteCount, key: key, checksum: checksum
    ).run()
  }

  /// The CRC-32C of a file in base64, a megabyte at a time.
  static func checksum(of file: TransferFile, _ byteCount: Int64) async throws(StoreError) -> String
  {
    try await BlockingPool.run { () throws(StoreError) in
      var checksum = CRC32C()
      var offset: Int64 = 0
      while offset < byteCount {
        let part = try file.read(offset..<min(offset + (1 << 20), byteCount))
        if part.isEmpty { break }
        checksum.update(part.span)
        offset += Int64(part.count)
      }
      return checksum.base64
    }
  }
}
