@_exported public import KeepsakeModel

/// Facts about this library.
public enum Keepsake {
  /// The version, as recorded with every experiment.
  public static let version = "1.0.0"
}
