internal import KeepsakeModel
package import KeepsakeStores

/// Objects in a bucket of Amazon S3, or of a store that speaks its language.
///
/// Every object is stored with its SHA-256, and checked against it when it is read as a whole.
package struct S3Store: CloudStore {
  /// The header field with the SHA-256 that was stored with an object.
  static let digestField = "x-amz-meta-sha256"

  private let client: S3Client
  package let options: CloudOptions
  package let spool: Spool?

  /// Tells the store apart from all others.
  package let address: String

  /// A store below the folder `root` of `bucket`; empty for the whole bucket.
  ///
  /// Only the files that configure AWS's command line are read; no connection is made before the
  /// first use.
  package init(bucket: String, root: String, options: CloudOptions) throws(StoreError) {
    self.options = options
    prefix = root.isEmpty ? "" : "\(root)/"
    let settings = try AWSSettings(environment: options.environment)
    let endpoint = try S3Endpoint(bucket: bucket, settings: settings)
    client = try S3Client(
      endpoint: endpoint, settings: settings, runner: options.runner, now: options.now)
    address = "\(endpoint.name)/\(root)"
    spool = options.spool(for: address)
  }

  /// What every key begins with.
  let prefix: String

  private var bucket: String { client.endpoint.bucket }

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
    let response = try await answer(to: request, "list", "")
    guard let list = XMLElement(parsing: response.body) else {
      throw StoreError(
        .unavailable, what: "cannot list s3://\(bucket)", why: "the answer is no XML",
        fix: "Check the store's URL, then try again.")
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
    if answer.error?.status == 404 {
      try await checkBucket()
      return nil
    }
    return describe(key, try check(answer, "look at", key))
  }

  /// Makes sure that there is a bucket, unless it answered before: to HEAD a missing one looks like
  /// a missing object.
  private func checkBucket() async throws(StoreError) {
    if client.hasSeenBucket { return }
    _ = try await page(below: "repository.json", after: nil)
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
      throw damaged(key)
    }
    return response.body
  }

  // MARK: - Requests

  func send(_ request: S3Request) async throws(StoreError) -> S3Answer {
    try await client.send(request)
  }

  /// The good answer, or the reason why there is none as an error.
  func check(
    _ answer: S3Answer, _ action: String, _ key: String
  ) throws(StoreError) -> HTTPResponse {
    if let response = answer.success { return response }
    if let error = answer.error {
      throw error.storeError(action, key, bucket: bucket)
    }
    guard case .failure(let failure) = answer.result else { preconditionFailure("no answer") }
    throw failure.storeError("cannot \(action) \(key.isEmpty ? "s3://\(bucket)" : key)")
  }

  func answer(
    to request: S3Request, _ action: String, _ key: String
  ) async throws(StoreError) -> HTTPResponse {
    try check(try await send(request), action, key)
  }
}
