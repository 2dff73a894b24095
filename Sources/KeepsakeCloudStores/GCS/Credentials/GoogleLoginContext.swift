internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// What token sources need.
struct GoogleLoginContext: Sendable {
  var runner: RequestRunner

  /// For servers that are not there on most machines: it does not try often.
  var probe: RequestRunner

  var now: @Sendable () -> Timestamp

  /// What tokens allow.
  static let scope = "https://www.googleapis.com/auth/devstorage.read_write"

  /// Asks for a token.
  ///
  /// - Parameters:
  ///   - request: makes the request, for a given time.
  ///   - place: where the credentials come from.
  ///   - advice: what to do when they are refused.
  func token(
    place: String, advice: String, _ request: (Timestamp) throws(StoreError) -> HTTPRequest
  ) async throws(StoreError) -> GoogleToken {
    var time = now()
    let result = try await runner.run(.login) { () throws(StoreError) in
      try request(time)
    } judge: { answer in
      Self.judge(answer, time)
    } correct: { correction throws(StoreError) in
      if case .clock(let correct) = correction { time = correct }
    }
    switch result.answer {
    case .failure(let failure):
      throw StoreError(
        failure.kind == .untrusted ? .denied : .unavailable, what: "cannot log in to Google",
        why: failure.why, fix: "Check the network, and the proxy if there is one.")
    case .success(let response):
      let value = Self.value(response.body)
      if response.isSuccess, let token = value?["access_token"]?.stringValue, !token.isEmpty {
        let seconds = value?["expires_in"]?.doubleValue ?? 3600
        return GoogleToken(
          value: Secret(token), expiration: now().adding(.seconds(min(max(seconds, 0), 86_400))))
      }
      throw StoreError(
        response.status >= 500 || response.status == 429 ? .unavailable : .denied,
        what: "cannot log in to Google with \(place)",
        why: Self.reason(value, response.status), fix: advice)
    }
  }

  private static func judge(
    _ answer: Result<HTTPResponse, HTTPFailure>, _ time: Timestamp
  ) -> TryOutcome {
    switch answer {
    case .failure(let failure): return GCSFailure.outcome(of: failure)
    case .success(let response):
      if GCSFailure.transientStatuses.contains(response.status) {
        return .transient(after: GCSFailure.pause(response))
      }
      // Google wants signatures of the present time, and says what that is.
      if response.status == 400, let date = response.headers["Date"],
        let correct = Timestamp(httpDate: date), abs(correct.seconds - time.seconds) > 120
      {
        return .correctable(.clock(correct))
      }
      return .final
    }
  }

  private static func value(_ body: [UInt8]) -> JSONValue? {
    try? JSONCursor.read(body.span) { cursor throws(JSONError) in try cursor.value() }
  }

  private static func reason(_ value: JSONValue?, _ status: Int) -> String {
    let parts = [value?["error"]?.stringValue, value?["error_description"]?.stringValue]
    let text = parts.compactMap { $0 }.joined(separator: ": ")
    return text.isEmpty ? "the answer was \(status)" : GCSFailure.shortened(text)
  }
}
