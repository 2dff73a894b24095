internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// What answers of Google's servers mean.
enum GCSFailure {
  /// Answers after which the same request may succeed.
  static let transientStatuses: Set<Int> = [408, 429, 500, 502, 503, 504]

  /// What a request without an answer means.
  static func outcome(of failure: HTTPFailure) -> TryOutcome {
    switch failure.kind {
    case .unreachable: .unreachable
    case .timeout, .broken: .transient()
    case .untrusted, .noTLS, .file, .invalid, .cancelled: .final
    }
  }

  /// What an answer means to a client that can get new credentials.
  static func outcome(of response: HTTPResponse) -> TryOutcome {
    if transientStatuses.contains(response.status) { return .transient(after: pause(response)) }
    if response.status == 401 { return .correctable(.credentials) }
    if response.status == 403, let reason = GCSErrorBody(response.body)?.reason,
      ["rateLimitExceeded", "userRateLimitExceeded"].contains(reason)
    {
      return .transient(after: pause(response))
    }
    return .final
  }

  /// The pause that the server asks for.
  static func pause(_ response: HTTPResponse) -> Duration? {
    response.headers["Retry-After"].flatMap { Int($0) }.map { .seconds(max(0, $0)) }
  }

  /// A server's text, as far as it fits into a message.
  static func shortened(_ text: String) -> String {
    let line = text.split { $0.isNewline }.joined(separator: " ")
    return line.count > 400 ? line.prefix(400) + "…" : line
  }
}

/// What Cloud Storage says about a refusal: JSON, or plain text where content was asked for.
struct GCSErrorBody: Sendable {
  var message: String
  var reason: String?

  init?(_ body: [UInt8]) {
    let value = try? JSONCursor.read(body.span) { cursor throws(JSONError) in try cursor.value() }
    if let error = value?["error"] {
      message = error["message"]?.stringValue ?? ""
      if case .array(let errors)? = error["errors"] {
        reason = errors.first?["reason"]?.stringValue
      }
    } else {
      message = String(decoding: body.prefix(2000), as: UTF8.self)
    }
    if message.isEmpty || message.hasPrefix("<") { return nil }
  }

  /// Whether it is the bucket that is missing, not the object: only the words tell.
  var saysNoBucket: Bool { message.contains("bucket does not exist") }
}

extension GCSStore {
  /// What a request tries to do.
  enum Action: Sendable {
    case list
    case read(String)
    case write(String)
    case remove(String)

    var kind: RequestKind {
      switch self {
      case .list: .list
      case .read: .read
      case .write: .write
      case .remove: .remove
      }
    }

    var isReading: Bool {
      switch self {
      case .list, .read: true
      case .write, .remove: false
      }
    }
  }

  /// The beginning of a message about an action.
  func what(_ action: Action) -> String {
    switch action {
    case .list: "cannot list \(url)"
    case .read(let key): "cannot read \(key)"
    case .write(let key): "cannot write \(key)"
    case .remove(let key): "cannot remove \(key)"
    }
  }

  /// Why an action failed, where no answer came.
  func error(_ action: Action, _ failure: HTTPFailure) -> StoreError {
    switch failure.kind {
    case .file, .invalid:
      StoreError(
        .invalid, what: what(action), why: failure.why, fix: "Check the disk and try again.")
    case .noTLS:
      StoreError(
        .denied, what: what(action), why: failure.why,
        fix: "If \(endpoint.base) speaks plain HTTP, write its address with http://.")
    case .untrusted:
      StoreError(
        .denied, what: what(action), why: failure.why,
        fix: "Name the certificates of your network's authority in SSL_CERT_FILE.")
    case .unreachable, .timeout, .broken, .cancelled:
      StoreError(
        .unavailable, what: what(action), why: failure.why,
        fix: endpoint.isEmulator
          ? "Start the emulator that STORAGE_EMULATOR_HOST names, or unset it."
          : "Check the network, and the proxy if there is one, then try again.")
    }
  }

  /// Why an action failed, after an answer that is none of its own.
  func error(_ action: Action, _ response: HTTPResponse) async -> StoreError {
    let body = GCSErrorBody(response.body)
    let message = body.map { GCSFailure.shortened($0.message) }
    let said = message.map { ": \($0)" } ?? ""
    switch response.status {
    case 401:
      return StoreError(
        .denied, what: what(action),
        why: "Google does not accept \(await credentials?.place ?? "the request")\(said)",
        fix: "Run `gcloud auth application-default login`, or use another key file.")
    case 403:
      return StoreError(
        .denied, what: what(action),
        why: message ?? "gs://\(bucket) refuses access",
        fix: action.isReading
          ? """
          Give that account the role roles/storage.objectViewer on the bucket, or \
          roles/storage.objectUser for recording too.
          """
          : """
          Give that account the role roles/storage.objectUser on the bucket. With \
          roles/storage.objectViewer one can only look.
          """)
    case 404 where body?.saysNoBucket == true: return missingBucket
    case 404:
      return StoreError(
        .notFound, what: what(action), why: "there is no such object",
        fix: "Check the repository's URL.")
    case 412:
      return StoreError(
        .conflict, what: what(action), why: "another writer was faster",
        fix: "Read it again, then repeat the change.")
    case 500..., 408, 429:
      return StoreError(
        .unavailable, what: what(action),
        why: "Cloud Storage went on answering \(response.status)\(said)",
        fix: "Try again later.")
    default:
      return StoreError(
        .invalid, what: what(action), why: "Cloud Storage answered \(response.status)\(said)",
        fix: "Check the repository's URL: the bucket is \(bucket).")
    }
  }

  var missingBucket: StoreError {
    StoreError(
      .noBucket, what: "cannot open \(url)", why: "there is no bucket called \(bucket)",
      fix: "Check the name, or make it: `gcloud storage buckets create gs://\(bucket)`.")
  }
}
