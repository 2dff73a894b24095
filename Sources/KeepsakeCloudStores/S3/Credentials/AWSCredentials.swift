package import KeepsakeModel

/// What requests to AWS are signed with.
package struct AWSCredentials: Sendable, Hashable {
  package var accessKeyID: String
  package var secretAccessKey: Secret

  /// Goes with keys that are valid for a while only.
  package var sessionToken: Secret?

  /// When the keys end; `nil` for never.
  package var expiration: Timestamp?

  package init(
    accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil,
    expiration: Timestamp? = nil
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }

  /// Whether new ones are needed at `time`, a few minutes before these end.
  package func isEnding(at time: Timestamp) -> Bool {
    guard let expiration else { return false }
    return expiration.since(time) < .seconds(300)
  }
}
