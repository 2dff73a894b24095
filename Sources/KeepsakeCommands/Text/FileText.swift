#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Text files that a person names.
enum FileText {
  /// The content of the file at `path`; messages call it `name`.
  static func read(_ path: String, shownAs name: String) throws(CommandError) -> String {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw CommandError(
        what: "Cannot read \(name): \(error.localizedReason)",
        fix: "Check that the file is there and that you may read it.")
    }
    return try decode(bytes, shownAs: name)
  }

  /// `bytes` as text.
  static func decode(_ bytes: [UInt8], shownAs name: String) throws(CommandError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError(
        what: "Cannot read \(name): it is not UTF-8 text", fix: "Save it in the encoding UTF-8.")
    }
    return text
  }
}
