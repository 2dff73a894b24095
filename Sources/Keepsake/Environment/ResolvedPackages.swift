internal import FoundationEssentials
internal import KeepsakeJSON
internal import KeepsakeModel

/// The versions that Swift's package manager chose.
enum ResolvedPackages {
  /// The pins of the nearest `Package.resolved` at or above `folder`: identity and version, or
  /// revision where a package has no version.
  static func find(from folder: String) -> NamedValues {
    var folder = folder
    while true {
      if let bytes = FileManager.default.contents(atPath: "\(folder)/Package.resolved") {
        return pins(in: Array(bytes))
      }
      guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { return [:] }
      folder = String(folder[..<slash])
    }
  }

  static func pins(in bytes: [UInt8]) -> NamedValues {
    let file = try? JSONCursor.read(bytes.span) { cursor throws(JSONError) in try cursor.value() }
    guard case .array(let pins)? = file?["pins"] else { return [:] }
    return NamedValues(
      pins.compactMap { pin in
        guard let name = pin["identity"]?.stringValue, let state = pin["state"],
          let version = state["version"]?.stringValue ?? state["revision"]?.stringValue
        else { return nil }
        return JSONMember(name, .string(version))
      })
  }
}
