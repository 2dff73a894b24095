internal import KeepsakeJSON
internal import KeepsakeModel
package import KeepsakeStores

/// Objects in a bucket of Google Cloud Storage, through its JSON API.
package struct GCSStore: CloudStore {
  let bucket: String

  /// Tells the store apart from all others.
  package let address: String

  /// What the names of the objects begin with: empty, or ending in `/`.
  let root: String

  let endpoint: GCSEndpoint
  let credentials: GoogleCredentials?
  package let options: CloudOptions
  package let spool: Spool?

  /// Up to this many bytes a file is sent in one request, larger ones in a resumable upload.
  var singleUploadLimit: Int64 { min(options.parts.byteCount, 8 << 20) }

  /// A store below the folder `root` of `bucket`; empty for the whole bucket.
  ///
  /// Nothing is read and no connection made before the first use.
  package init(bucket: String, root: String, options: CloudOptions) throws(StoreError) {
    self.bucket = bucket
    self.root = root.isEmpty ? "" : "\(root)/"
    self.options = options
    endpoint = try GCSEndpoint(environment: options.environment)
    credentials = endpoint.isEmulator ? nil : GoogleCredentials(options: options)
    address = "\(endpoint.base)/\(bucket)/\(root)"
    spool = options.spool(for: address)
  }

  /// The store's URL.
  var url: String { root.isEmpty ? "gs://\(bucket)" : "gs://\(bucket)/\(root.dropLast())" }

  // MARK: - Listing

  package func objects(below prefix: String) async throws(StoreError) -> [StoredObject] {
    await spool?.recover(into: self)
    var found: [StoredObject] = []
    var page: String?
    repeat {
      var query = [
        ("prefix", root + prefix), ("maxResults", "1000"),
        ("fields", "nextPageToken,items(\(GCSResource.fields))"),
      ]
      if let page { query.append(("pageToken", page)) }
      let response = try await send(.list, missing: missingBucket) { _ in
        HTTPRequest("GET", self.listURL(query))
      }
      guard let value = GCSResource.json(response.body) else {
        throw unreadable(.list)
      }
      if case .array(let items)? = value["items"] {
        for item in items {
          guard let resource = GCSResource(item) else { throw unreadable(.list) }
          let key = String(resource.name.dropFirst(root.count))
          // A name that is no key is none of ours: `folder/` of the console, for example.
          if resource.name.hasPrefix(root), isValidKey(key) { found.append(resource.object(key)) }
        }
      }
      let next = value["nextPageToken"]?.stringValue
      page = next == page ? nil : next
    } while page != nil
    return found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  private func listURL(_ query: [(String, String)]) -> String {
    "\(endpoint.base)/storage/v1/b/\(PercentEncoding.encoded(bucket))/o?\(Self.query(query))"
  }

  func objectURL(_ key: String, _ query: [(String, String)]) -> String {
    """
    \(endpoint.base)/storage/v1/b/\(PercentEncoding.encoded(bucket))/o/\
    \(PercentEncoding.encoded(root + key))?\(Self.query(query))
    """
  }

  func uploadURL(_ key: String, _ query: [(String, String)]) -> String {
    """
    \(endpoint.base)/upload/storage/v1/b/\(PercentEncoding.encoded(bucket))/o?\
    \(Self.query([("name", root + key)] + query))
    """
  }

  private static func query(_ query: [(String, String)]) -> String {
    query.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&")
  }

  // MARK: - Sending

  /// Sends a request until it has an answer that stands.
  ///
  /// - Parameters:
  ///   - accepted: statuses besides 2xx that are answers.
  ///   - missing: what a 404 means, where it means something else than a missing object.
  ///   - isIntact: whether what came is what was sent; if not, it is tried again.
  ///   - request: makes the request; its number is passed in, from 0.
  func send(
    _ action: Action, accepting accepted: Set<Int> = [], missing: StoreError? = nil,
    isIntact: (HTTPResponse) -> Bool = { _ in true },
    _ request: (_ number: Int) -> HTTPRequest
  ) async throws(StoreError) -> HTTPResponse {
    try await answer(
      action, accepting: accepted, missing: missing, isIntact: isIntact, request
    ).response
  }

  func answer(
    _ action: Action, accepting accepted: Set<Int> = [], missing: StoreError? = nil,
    isIntact: (HTTPResponse) -> Bool = { _ in true },
    _ request: (_ number: Int) -> HTTPRequest
  ) async throws(StoreError) -> (response: HTTPResponse, mayHaveHappened: Bool) {
    var token: GoogleToken?
    var number = 0
    let result = try await options.runner.run(action.kind) { () throws(StoreError) in
      var next = request(number)
      number += 1
      if let credentials {
        let current = try await credentials.token()
        token = current
        next.headers["Authorization"] = "Bearer \(current.value.value)"
      }
      return next
    } judge: { answer in
      switch answer {
      case .failure(let failure): GCSFailure.outcome(of: failure)
      case .success(let response):
        accepted.contains(response.status)
          ? .final
          : response.isSuccess
            ? (isIntact(response) ? .final : .transient()) : GCSFailure.outcome(of: response)
      }
    } correct: { correction throws(StoreError) in
      if case .credentials = correction, let credentials, let token {
        _ = try await credentials.replace(token)
      }
    }
    switch result.answer {
    case .failure(let failure): throw error(action, failure)
    case .success(let response):
      if accepted.contains(response.status) { return (response, result.mayHaveHappened) }
      guard response.isSuccess else {
        if response.status == 404, let missing { throw missing }
        throw await error(action, response)
      }
      guard isIntact(response) else {
        throw StoreError(
          .corrupt, what: what(action), why: "what arrived has another checksum than what was sent",
          fix: "Try again; if it stays, the network or this machine's memory is faulty.")
      }
      return (response, result.mayHaveHappened)
    }
  }

  func unreadable(_ action: Action) -> StoreError {
    StoreError(
      .corrupt, what: what(action), why: "the answer of \(endpoint.base) is not what it should be",
      fix: "Check that nothing but Cloud Storage answers there.")
  }
}
