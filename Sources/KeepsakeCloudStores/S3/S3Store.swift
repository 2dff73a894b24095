internal import KeepsakeModel
package import KeepsakeStores
internal import Synchronization

/// Objects in a bucket of Amazon S3, or of a store that speaks its language.
///
/// Every object is stored with its SHA-256, and checked against it when it is read as a whole.
package struct S3Store: ObjectStore {
  /// The header field with the SHA-256 that was stored with an object.
  static let digestField = "x-amz-meta-sha256"

  /// How many objects are read at the same time.
  private static let width = 64

  let setup: S3Setup
  let options: CloudOptions

  /// Tells the store apart from all others.
  package let address: String

  /// Holds what appenders have added and S3 does not have yet.
  let spool: Spool?

  /// A store below the folder `root` of `bucket`; empty for the whole bucket.
  ///
  /// Nothing is read and no connection made before the first use.
  package init(bucket: String, root: String, options: CloudOptions) {
    self.options = options
    prefix = root.isEmpty ? "" : "\(root)/"
    setup = S3Setup(bucket: bucket, options: options)
    let endpoint =
      options.environment["AWS_ENDPOINT_URL_S3"] ?? options.environment["AWS_ENDPOINT_URL"] ?? "s3"
    address = "\(endpoint)/\(bucket)/\(root)"
    spool = options.spool(for: address)
  }

  /// What every key begins with.
  let prefix: String

  package var scratchFolder: String {
    get throws(StoreError) { try ScratchFolder.made(options.scratchFolder) }
  }

  // MARK: - Looking

  package func objects(below prefix: String) async throws(StoreError) -> [StoredObject] {
    await spool?.recover(into: self)
    var found: [StoredObject] = []
    var token: String?
    repeat {
      let page = try await page(below: prefix, after: token)
      found += page.objects
      token = page.next
    } while token != nil
    return found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  private func page(
    below prefix: String, after token: String?
  ) async throws(StoreError) -> (objects: [StoredObject], next: String?) {
    var request = S3Request(kind: .list, method: "GET", rootElement: "ListBucketResult")
    request.query = [
      ("list-type", "2"), ("encoding-type", "url"), ("prefix", self.prefix + prefix),
    ]
    if let token { request.query.append(("continuation-token", token)) }
    let response = try await answer(to: request, "list", prefix)
    guard let list = XMLElement(parsing: response.body) else {
      throw StoreError(
        .unavailable, what: "cannot list \(prefix.isEmpty ? "s3://\(setup.bucket)" : prefix)",
        why: "the answer is no XML", fix: "Check the store's URL, then try again.")
    }
    let objects = list.all("Contents").compactMap { listed($0) }
    let isTruncated = list["IsTruncated"]?.text == "true"
    let next = list["NextContinuationToken"]?.text
    // A list that names its own page as the next one has no end.
    return (objects, isTruncated && next != token ? next : nil)
  }

  private func listed(_ element: XMLElement) -> StoredObject? {
    guard let name = element["Key"]?.text,
      let key = PercentEncoding.decoded(name.map { $0 == "+" ? " " : String($0) }.joined()),
      key.hasPrefix(prefix)
    else { return nil }
    let relative = String(key.dropFirst(prefix.count))
    // Folders that other programs make look like objects without a name.
    guard isValidKey(relative) else { return nil }
    return StoredObject(
      key: relative, byteCount: element["Size"].flatMap { Int64($0.text) } ?? 0,
      modified: element["LastModified"].flatMap { Timestamp($0.text) }?.nanoseconds ?? 0,
      version: ObjectVersion(element["ETag"]?.text ?? ""))
  }

  package func object(at key: String) async throws(StoreError) -> StoredObject? {
    guard isValidKey(key) else { return nil }
    let answer = try await send(S3Request(kind: .read, method: "HEAD", key: prefix + key))
    if answer.error?.status == 404 { return nil }
    return describe(key, try check(answer, "look at", key))
  }

  func describe(_ key: String, _ response: HTTPResponse) -> StoredObject {
    StoredObject(
      key: key, byteCount: response.headers["Content-Length"].flatMap { Int64($0) } ?? 0,
      modified: response.headers["Last-Modified"].flatMap { Timestamp(httpDate: $0) }?.nanoseconds
        ?? 0, version: ObjectVersion(response.headers["ETag"] ?? ""))
  }

  // MARK: - Reading

  package func contents(of key: String) async throws(StoreError) -> [UInt8] {
    var request = S3Request(kind: .read, method: "GET", key: prefix + key)
    request.checksDigest = true
    let response = try await answer(to: request, "read", key)
    if let digest = response.headers[Self.digestField], digest != Digests.sha256(response.body) {
      throw Self.corrupt(key)
    }
    return response.body
  }

  package func contents(of key: String, range: Range<Int64>) async throws(StoreError) -> [UInt8] {
    guard !range.isEmpty else { return [] }
    var request = S3Request(kind: .read, method: "GET", key: prefix + key)
    request.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    request.answerByteCount = Int64(range.count)
    let answer = try await send(request)
    // The object ends before the range begins.
    if answer.error?.status == 416 { return [] }
    let response = try check(answer, "read", key)
    if response.status == 206 { return response.body }
    // A server without ranges sends everything.
    let count = Int64(response.body.count)
    return Array(
      response.body[Int(min(range.lowerBound, count))..<Int(min(range.upperBound, count))])
  }

  package func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    let failures = Mutex<[Int: StoreError]>([:])
    await forEachConcurrently(keys.indices, width: Self.width) { index in
      do throws(StoreError) {
        let bytes = try await contents(of: keys[index])
        body(index, bytes.span)
      } catch {
        failures.withLock { $0[index] = error }
      }
    }
    return failures.withLock { $0 }
  }

  static func corrupt(_ key: String) -> StoreError {
    StoreError(
      .corrupt, what: "cannot read \(key)",
      why: "its SHA-256 is not the one that was stored with it",
      fix: "Restore it from a backup, or remove it.")
  }

  // MARK: - Requests

  func send(_ request: S3Request) async throws(StoreError) -> S3Answer {
    try await setup.client().send(request)
  }

  /// The good answer, or the reason why there is none as an error.
  func check(
    _ answer: S3Answer, _ action: String, _ key: String
  ) throws(StoreError) -> HTTPResponse {
    if let response = answer.success { return response }
    if let error = answer.error {
      throw error.storeError(action, key, bucket: setup.bucket)
    }
    guard case .failure(let failure) = answer.result else { preconditionFailure("no answer") }
    throw failure.storeError("cannot \(action) \(key.isEmpty ? "s3://\(setup.bucket)" : key)")
  }

  func answer(
    to request: S3Request, _ action: String, _ key: String
  ) async throws(StoreError) -> HTTPResponse {
    try check(try await send(request), action, key)
  }
}

/// The client of a store, made when it is first needed.
actor S3Setup {
  nonisolated let bucket: String
  private let options: CloudOptions
  private var made: S3Client?

  init(bucket: String, options: CloudOptions) {
    self.bucket = bucket
    self.options = options
  }

  func client() async throws(StoreError) -> S3Client {
    if let made { return made }
    let settings = try await AWSSettings(environment: options.environment)
    // Another task may have been faster.
    if let made { return made }
    let client = try S3Client(
      endpoint: S3Endpoint(bucket: bucket, settings: settings), settings: settings,
      runner: options.runner, now: options.now)
    made = client
    return client
  }
}
