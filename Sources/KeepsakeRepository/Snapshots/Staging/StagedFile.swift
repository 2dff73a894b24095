/// A file that lies in a staging area.
package struct StagedFile: Sendable, Hashable {
  /// The path relative to the project.
  package var path: String

  /// The size of the copy; 0 for a symbolic link.
  package var byteCount: Int64

  /// The permission bits.
  package var mode: UInt32

  /// The last change, in seconds since 1970.
  package var modified: Int64

  var content: Content

  enum Content: Hashable {
    /// In the snapshot's `pack`, from this offset on.
    case pack(offset: Int64)
    /// In a file of its own, which has this number.
    case file(Int64)
    /// None: a symbolic link with this text.
    case link(String)
  }

  /// Where a symbolic link points; `nil` for a file.
  package var linkTarget: String? {
    guard case .link(let target) = content else { return nil }
    return target
  }
}
