/// The SHA-256 of some content.
public struct ContentDigest: Sendable, Hashable {
  /// The 256 bits, in the order of the hexadecimal text.
  public var bits: Identifier

  /// Wraps digest bits.
  public init(_ bits: Identifier) { self.bits = bits }

  /// Reads 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    guard let bits = Identifier(text) else { return nil }
    self.bits = bits
  }

  /// The 64 lower-case hexadecimal digits.
  public var hex: String { bits.text }
}

/// The name of the files that were saved with an experiment or a checkpoint.
public enum SnapshotID: Sendable, Hashable, CustomStringConvertible {
  case experiment(ExperimentID)
  case checkpoint(CheckpointID)

  /// The 64 digits of the experiment's or the checkpoint's identifier.
  public var description: String {
    switch self {
    case .experiment(let id): id.description
    case .checkpoint(let id): id.description
    }
  }
}

/// A file of a snapshot.
public struct SnapshotFile: Sendable, Hashable {
  /// The path relative to the project directory, with `/`, neither absolute nor with `..`.
  public var path: String

  /// The size of the content; 0 for a symbolic link.
  public var byteCount: Int64

  /// The permission bits: `0o644`, `0o755`.
  public var mode: UInt32

  /// The digest of the content; `nil` for a symbolic link.
  public var digest: ContentDigest?

  /// Where a symbolic link points; `nil` for a file.
  public var linkTarget: String?

  /// Describes a file.
  public init(
    path: String, byteCount: Int64, mode: UInt32, digest: ContentDigest?, linkTarget: String? = nil
  ) {
    self.path = path
    self.byteCount = byteCount
    self.mode = mode
    self.digest = digest
    self.linkTarget = linkTarget
  }
}

/// The list of a snapshot's files, sorted bytewise by path.
public struct FileIndex: Sendable, Hashable {
  /// The files.
  public var files: [SnapshotFile]

  /// Sorts `files` by path.
  public init(_ files: [SnapshotFile]) {
    self.files = files.sorted { $0.path.utf8Precedes($1.path) }
  }

  /// The size of all files, before compression.
  public var byteCount: Int64 { files.reduce(0) { $0 &+ $1.byteCount } }
}
