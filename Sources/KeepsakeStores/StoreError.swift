/// Why an object store could not do what it was asked.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A kind of failure.
  public struct Code: Sendable, Hashable {
    /// A stable name, for machines.
    public let name: String

    /// Whether the same request may succeed later without anything being changed.
    public let isRetryable: Bool

    /// There is no such object.
    public static let notFound = Code(name: "not_found", isRetryable: false)
    /// There is no such bucket.
    public static let noBucket = Code(name: "no_bucket", isRetryable: false)
    /// The object is there already, or is no longer the version that was expected.
    public static let conflict = Code(name: "conflict", isRetryable: false)
    /// The store refuses access.
    public static let denied = Code(name: "denied", isRetryable: false)
    /// The store is full.
    public static let noSpace = Code(name: "no_space", isRetryable: false)
    /// The request makes no sense: a bad key or a bad range.
    public static let invalid = Code(name: "invalid", isRetryable: false)
    /// What was read is not what was written.
    public static let corrupt = Code(name: "corrupt", isRetryable: false)
    /// The store does not answer at the moment.
    public static let unavailable = Code(name: "unavailable", isRetryable: true)
  }

  /// The kind of failure.
  public let code: Code

  /// The fact: `cannot write metadata/x.json`.
  public let what: String

  /// The cause.
  public let why: String

  /// What to do about it, as a sentence.
  public let fix: String

  /// Describes a failure.
  public init(_ code: Code, what: String, why: String, fix: String) {
    self.code = code
    self.what = what
    self.why = why
    self.fix = fix
  }

  public var description: String { "\(what): \(why). \(fix)" }
}
