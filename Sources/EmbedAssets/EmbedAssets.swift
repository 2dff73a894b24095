import Foundation
import PackagePlugin

/// Turns the files of `Templates/` and `Site/` into Swift string literals, and the sources that
/// make pages into a digest, by which a report knows pages that another version made.
///
/// SwiftPM's own `.embedInCode` writes an array of numbers, which takes the compiler 20 times as
/// long as a literal.
@main
struct EmbedAssets: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL
    let folders = [
      "Templates", "Site", "Sources/KeepsakeModel", "Sources/KeepsakeDigest",
      "Sources/KeepsakeReport",
    ].map { root.appending(path: $0) }
    let inputs = folders.flatMap { folder in
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      return (files?.allObjects ?? []).compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
    return [
      .buildCommand(
        displayName: "Embedding templates and site assets",
        executable: try context.tool(named: "EmbedAssetsTool").url,
        arguments: [root.path(), output.path()],
        inputFiles: (inputs + [root.appending(path: "Package.swift")])
          .sorted { $0.path() < $1.path() },
        outputFiles: [output])
    ]
  }
}
