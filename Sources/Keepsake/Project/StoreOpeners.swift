package import KeepsakeStores

/// How to open the store that a repository's URL names, by scheme.
///
/// A program adds the stores of the cloud that it was built with; disks are always there.
package struct StoreOpeners: Sendable {
  /// Makes the store for a URL; nothing is read yet.
  package typealias Opener = @Sendable (RepositoryURL) throws -> any ObjectStore

  private var openers: [RepositoryURL.Scheme: Opener]

  /// Opens `file://` only.
  package static var disk: StoreOpeners {
    StoreOpeners(openers: [.file: { DiskStore(root: $0.path) }])
  }

  /// These openers, and one for `scheme`.
  package func adding(_ scheme: RepositoryURL.Scheme, _ opener: @escaping Opener) -> StoreOpeners {
    var copy = self
    copy.openers[scheme] = opener
    return copy
  }

  /// The store that `url` names.
  package func open(_ url: RepositoryURL) throws -> any ObjectStore {
    guard let opener = openers[url.scheme] else {
      throw ProjectError(
        .invalidURL,
        what: "Cannot open \(url): this build of keepsake has no support for \(url.scheme)://.",
        fix: "Use a repository on disk, file://FOLDER, or a newer version of keepsake.")
    }
    return try opener(url)
  }
}
