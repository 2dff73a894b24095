public import KeepsakeStores

/// Why a repository could not do what it was asked.
public struct RepositoryError: Error, Sendable, CustomStringConvertible {
  /// A kind of failure.
  public struct Code: Sendable, Hashable {
    /// A stable name, for machines.
    public let name: String

    /// A store refused or failed; ``RepositoryError/underlying`` says why.
    public static let store = Code(name: "store")
    /// A newer version of Keepsake wrote the repository.
    public static let newerVersion = Code(name: "newer_version")
    /// What an object says cannot be understood.
    public static let corrupt = Code(name: "corrupt")
    /// `repository.json` does not say the repository's version.
    public static let corruptRepository = Code(name: "corrupt_repository")
    /// Several identifiers begin with what was given.
    public static let ambiguous = Code(name: "ambiguous")
    /// There is no such experiment, checkpoint or snapshot.
    public static let notFound = Code(name: "not_found")
  }

  /// The kind of failure.
  public let code: Code

  /// The fact.
  public let what: String

  /// The cause.
  public let why: String

  /// What to do about it, as a sentence.
  public let fix: String

  /// The store's own error, where that is the cause.
  public let underlying: StoreError?

  package init(
    _ code: Code, what: String, why: String, fix: String, underlying: StoreError? = nil
  ) {
    self.code = code
    self.what = what
    self.why = why
    self.fix = fix
    self.underlying = underlying
  }

  package init(_ error: StoreError) {
    self.init(
      error.code == .corrupt ? .corrupt : .store, what: error.what, why: error.why, fix: error.fix,
      underlying: error)
  }

  /// Whether the store would refuse any other snapshot as well.
  package var isAboutWholeStore: Bool {
    guard let underlying else { return false }
    return [.unavailable, .denied, .noBucket, .noSpace].contains(underlying.code)
  }

  public var description: String { "\(what): \(why). \(fix)" }
}
