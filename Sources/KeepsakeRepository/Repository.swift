internal import KeepsakeJSON
internal import KeepsakeModel
public import KeepsakeStores

/// Experiments and their files, as objects in a store.
///
/// The layout is that of ``RepositoryLayout``; nothing outside this target knows it.
public struct Repository: Sendable {
  /// Where the objects are.
  public let store: any ObjectStore

  /// The newest version of the format that this version of Keepsake understands.
  package static let version = 1

  /// The repository in `store`. A store without one is an empty repository.
  public init(store: any ObjectStore) { self.store = store }

  /// Makes sure that this version of Keepsake understands the repository.
  ///
  /// A missing `repository.json` is no error: 0.4.2 reads repositories without one.
  package func checkVersion() async throws(RepositoryError) {
    let key = RepositoryLayout.repository
    let bytes: [UInt8]
    do throws(StoreError) {
      // The listing is all that a store with copies needs.
      guard try await store.objects(below: key).contains(where: { $0.key == key }) else { return }
      bytes = try await store.contents(of: key)
    } catch {
      if error.code == .notFound { return }
      throw RepositoryError(error)
    }
    let value = try? JSONCursor.read(bytes.span) { cursor throws(JSONError) in try cursor.value() }
    guard case .integer(let version)? = value?["version"] else {
      throw RepositoryError(
        .corruptRepository, what: "cannot read \(key)",
        why: "it does not say the repository's version",
        fix: "Restore it: its content is {\"version\":1}, unless a newer Keepsake wrote it.")
    }
    guard version <= Self.version else {
      throw RepositoryError(
        .newerVersion, what: "cannot open the repository",
        why: "it has version \(version), this Keepsake understands up to \(Self.version)",
        fix: "Install a newer Keepsake.")
    }
  }

  /// Writes `repository.json`, unless it is there, and checks the version of one that is.
  package func prepareForWriting() async throws(RepositoryError) {
    do throws(StoreError) {
      let bytes = Array("{\"version\":\(Self.version)}".utf8)
      try await store.put(
        bytes, at: RepositoryLayout.repository, if: .absent, durability: .powerCut)
    } catch {
      guard error.code == .conflict else { throw RepositoryError(error) }
      try await checkVersion()
    }
  }
}
