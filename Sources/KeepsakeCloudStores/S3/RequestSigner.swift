internal import Crypto
internal import KeepsakeModel

/// Signs requests to AWS and compatible services, Signature Version 4.
struct RequestSigner: Sendable {
  let credentials: AWSCredentials
  let region: String

  /// `s3` or `sts`.
  let service: String

  /// A request before it is signed.
  struct Request: Sendable {
    var method: String
    var host: String

    /// From the first `/` on, not escaped.
    var path: String

    /// Names and values, not escaped.
    var query: [(name: String, value: String)] = []

    /// All of them are signed.
    var headers = HTTPHeaders()

    /// The SHA-256 of the body in hexadecimal digits.
    var payloadHash = RequestSigner.emptyHash

    /// The path as it is sent.
    var encodedPath: String { PercentEncoding.encoded(path, keepingSlashes: true) }

    /// The query as it is sent: sorted, as it is signed.
    var encodedQuery: String {
      query.map { (PercentEncoding.encoded($0.name), PercentEncoding.encoded($0.value)) }
        .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
    }
  }

  static let emptyHash = Hexadecimal.text(SHA256.hash(data: []))

  /// The header fields to send with `request` at `time`.
  func headers(of request: Request, at time: Timestamp) -> HTTPHeaders {
    var headers = request.headers
    let date = time.basicISO8601
    headers["X-Amz-Date"] = date
    if service == "s3" { headers["X-Amz-Content-Sha256"] = request.payloadHash }
    if let token = credentials.sessionToken { headers["X-Amz-Security-Token"] = token.value }

    let signed =
      (headers.fields + [(name: "Host", value: request.host)])
      .map { (name: $0.name.lowercased(), value: Self.trimmed($0.value)) }.sorted {
        $0.name < $1.name
      }
    let names = signed.map(\.name).joined(separator: ";")
    let canonical = [
      request.method, request.encodedPath, request.encodedQuery,
      signed.map { "\($0.name):\($0.value)\n" }.joined(), names, request.payloadHash,
    ].joined(separator: "\n")

    let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
    let text = [
      "AWS4-HMAC-SHA256", date, scope,
      Hexadecimal.text(SHA256.hash(data: Array(canonical.utf8))),
    ].joined(separator: "\n")
    let signature = Hexadecimal.text(Self.code(text, key(date: String(date.prefix(8)))))
    headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    return headers
  }

  private func key(date: String) -> SymmetricKey {
    var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey.value)".utf8))
    for part in [date, region, service, "aws4_request"] {
      key = SymmetricKey(data: Self.code(part, key))
    }
    return key
  }

  private static func code(_ text: String, _ key: SymmetricKey) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
  }

  /// Without spaces around it, and single spaces in it.
  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }
}
