internal import KeepsakeModel
internal import KeepsakeStores

/// An error that S3 answers with.
struct S3Error: Sendable, Hashable {
  let status: Int

  /// S3's name for it, such as `NoSuchKey`; empty where the answer has no content.
  let code: String

  /// S3's words.
  let message: String

  /// The region that the bucket is in, where the answer says so.
  private let region: String?

  /// When the server sent it.
  private let date: Timestamp?

  /// How long it wants to be left alone.
  private let pause: Duration?

  /// - Parameter isComplete: whether the whole answer came, so that no better one can be expected.
  init(_ response: HTTPResponse, isComplete: Bool = true) {
    let xml = XMLElement(parsing: response.body)
    status = response.status
    code = isComplete ? xml?["Code"]?.text ?? "" : "IncompleteAnswer"
    message = xml?["Message"]?.text ?? ""
    region = response.headers["x-amz-bucket-region"] ?? xml?["Region"]?.text
    date = response.headers["Date"].flatMap { Timestamp(httpDate: $0) }
    pause = response.headers["Retry-After"].flatMap { Int64($0) }.map { .seconds($0) }
  }

  /// What the client does about it.
  func outcome(region current: String, now: Timestamp) -> TryOutcome {
    switch code {
    case "RequestTimeTooSkewed", "RequestExpired":
      return date.map { .correctable(.clock($0)) } ?? .final
    case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken":
      return .correctable(.credentials)
    case "RequestTimeout", "SlowDown", "ServiceUnavailable", "InternalError", "IncompleteAnswer",
      "OperationAborted", "ConditionalRequestConflict", "XAmzContentSHA256Mismatch", "BadDigest",
      "IncompleteBody", "ThrottlingException", "TooManyRequests", "XMinioServerNotInitialized":
      return .transient(after: pause)
    default: break
    }
    if [301, 307, 400, 403].contains(status), let region, region != current,
      S3Endpoint.isValid(region: region)
    {
      return .correctable(.region(region))
    }
    switch status {
    case 408, 425, 429, 500, 502, 503, 504: return .transient(after: pause)
    // Answers to HEAD say no more than this.
    case 403 where code.isEmpty:
      guard let date else { return .final }
      let skew = date.since(now)
      return skew > .seconds(300) || skew < .seconds(-300) ? .correctable(.clock(date)) : .final
    case 400 where code.isEmpty: return .correctable(.credentials)
    default: return .final
    }
  }

  /// The answer's code, or its status where it has none.
  private var name: String { code.isEmpty ? "status \(status)" : code }

  private var reason: String { message.isEmpty ? name : "\(name): \(message)" }

  /// The error as a store's.
  ///
  /// - Parameter action: what was tried, such as `read`.
  func storeError(_ action: String, _ key: String, bucket: String) -> StoreError {
    let what = "cannot \(action) \(key.isEmpty ? "s3://\(bucket)" : key)"
    func error(_ code: StoreError.Code, _ why: String, _ fix: String) -> StoreError {
      StoreError(code, what: what, why: why, fix: fix)
    }
    switch code {
    case "NoSuchBucket":
      return error(
        .noBucket, "there is no bucket called \(bucket)",
        "Check the name, or make it: `aws s3 mb s3://\(bucket)`.")
    case "InvalidAccessKeyId":
      return error(
        .denied, "S3 does not know the access key",
        "Check AWS_ACCESS_KEY_ID or AWS_PROFILE: `aws sts get-caller-identity` shows who you are.")
    case "SignatureDoesNotMatch":
      return error(
        .denied, "the secret key does not belong to the access key",
        "Check AWS_SECRET_ACCESS_KEY or AWS_PROFILE.")
    case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken":
      return error(
        .denied, "the session of these AWS credentials has ended",
        "Sign in again, for example with `aws sso login`.")
    case "RequestTimeTooSkewed", "RequestExpired":
      return error(.denied, "this machine's clock is wrong", "Set it, then try again.")
    case "NoSuchKey": return missing(what, bucket)
    case "PreconditionFailed", "ConditionalRequestConflict":
      return error(.conflict, "another writer was faster", "Read it again, then repeat the change.")
    case "QuotaExceeded", "XMinioStorageFull", "InsufficientStorage":
      return error(.noSpace, "the store is full (\(reason))", "Free some space with `keepsake rm`.")
    case "NotImplemented":
      return error(
        .invalid, "this store does not do what Keepsake needs (\(reason))",
        "Use a store with conditional writes (If-Match, If-None-Match), such as AWS or R2."
      )
    default: break
    }
    switch status {
    case 401, 403:
      return error(
        .denied, "S3 denies access to the bucket \(bucket) (\(reason))",
        "Let its owner allow you \(Self.permission(action)), or use another AWS_PROFILE. Reading needs s3:ListBucket and s3:GetObject, recording also s3:PutObject and s3:DeleteObject."
      )
    case 404: return missing(what, bucket)
    case 409, 412:
      return error(.conflict, "another writer was faster", "Read it again, then repeat the change.")
    case 301, 307:
      return error(
        .invalid, "the bucket \(bucket) is in another region (\(reason))",
        "Set AWS_REGION to the bucket's region.")
    case 429, 500...:
      return error(
        .unavailable, "S3 answers \(reason), again and again", "Try again in a few minutes.")
    default:
      return error(.invalid, "S3 refuses (\(reason))", "Check the repository's URL.")
    }
  }

  /// What IAM calls an action.
  private static func permission(_ action: String) -> String {
    switch action {
    case "list": "s3:ListBucket"
    case "write": "s3:PutObject"
    case "remove": "s3:DeleteObject"
    default: "s3:GetObject"
    }
  }

  private func missing(_ what: String, _ bucket: String) -> StoreError {
    StoreError(
      .notFound, what: what, why: "the bucket \(bucket) has no such object",
      fix: "Check the repository's URL.")
  }
}

extension HTTPFailure {
  /// The failure as a store's error.
  func storeError(_ what: String) -> StoreError {
    switch kind {
    case .unreachable, .timeout, .broken:
      StoreError(
        .unavailable, what: what, why: why,
        fix: "Check the network, and HTTPS_PROXY if there is a proxy; then try again.")
    case .untrusted:
      StoreError(
        .denied, what: what, why: "the server's certificate is not trusted: \(why)",
        fix: "If a proxy replaces certificates, set SSL_CERT_FILE to the file with its own.")
    case .noTLS:
      StoreError(
        .denied, what: what, why: why,
        fix: "If it speaks plain HTTP, write http:// in AWS_ENDPOINT_URL; else check its port.")
    case .file:
      StoreError(
        .unavailable, what: what, why: why, fix: "Check the disk and try again.")
    case .invalid:
      StoreError(.invalid, what: what, why: why, fix: "Check the repository's URL.")
    case .cancelled:
      StoreError(.unavailable, what: what, why: why, fix: "Try again.")
    }
  }
}
