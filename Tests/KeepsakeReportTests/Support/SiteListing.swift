import FoundationEssentials

/// The files of a written site.
struct SiteListing {
  /// Contents by path.
  let files: [String: [UInt8]]

  init(_ folder: String) throws {
    var files: [String: [UInt8]] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isFolder = false
      guard FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder),
        !isFolder
      else { continue }
      files[path] = Array(try Data(contentsOf: URL(filePath: "\(folder)/\(path)")))
    }
    self.files = files
  }

  /// A page's text.
  func text(_ path: String) -> String { String(decoding: files[path] ?? [], as: UTF8.self) }

  /// The part of a page between `<main` and `</main>`.
  func main(of path: String) -> String {
    let text = text(path)
    guard let start = text.firstRange(of: "<main"), let end = text.firstRange(of: "</main>") else {
      return ""
    }
    return String(text[start.lowerBound..<end.upperBound])
  }

  /// Relative links and sources that name no file or no element, as `page: link`.
  var brokenLinks: [String] {
    var broken: [String] = []
    for path in files.keys.sorted() where path.hasSuffix(".html") {
      for link in links(of: text(path)) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? path : resolve(String(parts[0]), from: path)
        guard files[target] != nil else {
          broken.append("\(path): \(link)")
          continue
        }
        if parts.count == 2, !text(target).contains("id=\"\(parts[1])\"") {
          broken.append("\(path): \(link)")
        }
      }
    }
    return broken
  }

  private func links(of text: String) -> [String] {
    var links: [String] = []
    for attribute in [" href=\"", " src=\""] {
      for part in text.split(separator: attribute, omittingEmptySubsequences: false).dropFirst() {
        let link = part.prefix { $0 != "\"" }
        if !link.contains(":") { links.append(String(link)) }
      }
    }
    return links
  }

  private func resolve(_ link: String, from page: String) -> String {
    var parts = page.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/") {
      if part == ".." {
        if parts.isEmpty { return "outside" }
        parts.removeLast()
      } else {
        parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }
}
