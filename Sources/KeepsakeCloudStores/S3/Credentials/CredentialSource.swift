internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// A place where credentials may be.
protocol CredentialSource: Sendable {
  /// Looks for credentials.
  ///
  /// - Throws: where the place is configured, but gives none.
  func find(_ context: CredentialContext) async throws(StoreError) -> CredentialFinding
}

/// What a place had.
enum CredentialFinding: Sendable {
  case found(AWSCredentials)
  /// Nothing, and why: `AWS_ACCESS_KEY_ID is not set`.
  case absent(String)
}

/// What sources need.
struct CredentialContext: Sendable {
  var settings: AWSSettings
  var runner: RequestRunner
  var now: Timestamp

  /// Sends a request that answers with JSON.
  func json(_ request: HTTPRequest, from place: String) async throws(StoreError) -> JSONValue {
    let body = try await send(request, from: place)
    do throws(JSONError) {
      return try JSONCursor.read(body.span) { cursor throws(JSONError) in try cursor.value() }
    } catch {
      throw Self.failure(place, "its answer is no JSON")
    }
  }

  /// Sends a request and returns the content of a good answer.
  func send(_ request: HTTPRequest, from place: String) async throws(StoreError) -> [UInt8] {
    let result = try await runner.run(.login, request: { () throws(StoreError) in request }) {
      answer in
      switch answer {
      case .success(let response):
        [429, 500, 502, 503, 504].contains(response.status) ? .transient() : .final
      case .failure(let failure):
        switch failure.kind {
        case .timeout, .broken: .transient()
        case .unreachable: .unreachable
        default: .final
        }
      }
    } correct: { (_) throws(StoreError) in
    }
    switch result.answer {
    case .failure(let failure): throw Self.failure(place, failure.why)
    case .success(let response):
      guard response.isSuccess else {
        throw Self.failure(place, "it answers \(response.status)\(Self.reason(response.body))")
      }
      return response.body
    }
  }

  /// What a service says about its refusal.
  private static func reason(_ body: [UInt8]) -> String {
    let error = XMLElement(parsing: body)?["Error"]
    guard let code = error?["Code"]?.text else { return "" }
    return ": \(code), \(error?["Message"]?.text ?? "")"
  }

  static func failure(_ place: String, _ why: String) -> StoreError {
    StoreError(
      .denied, what: "cannot get AWS credentials from \(place)", why: why,
      fix:
        "Check that configuration, or give credentials another way: `aws sts get-caller-identity` shows what works."
    )
  }
}

extension AWSCredentials {
  /// Reads the JSON of the metadata services, whose names of keys differ.
  init?(metadata json: JSONValue) {
    guard let id = json["AccessKeyId"]?.stringValue,
      let key = json["SecretAccessKey"]?.stringValue
    else { return nil }
    self.init(
      accessKeyID: id, secretAccessKey: Secret(key),
      sessionToken: json["Token"]?.stringValue.map(Secret.init),
      expiration: json["Expiration"]?.stringValue.flatMap { Timestamp($0) })
  }
}
