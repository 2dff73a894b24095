// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Settings that every target of the project builds with.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// Links the archive of a C library where it is installed, so that the binary carries it, and its
/// shared object elsewhere.
func linked(_ name: String) -> [LinkerSetting] {
  let folders = [
    "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
  ]
  let hasArchive = folders.contains {
    FileManager.default.fileExists(atPath: "\($0)/lib\(name).a")
  }
  return [.linkedLibrary(hasArchive ? ":lib\(name).a" : name)]
}

func target(
  _ name: String, _ dependencies: [Target.Dependency] = [], links: [String] = [],
  plugins: [Target.PluginUsage] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, swiftSettings: strict,
    linkerSettings: links.flatMap(linked), plugins: plugins)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], excluding excluded: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["KeepsakeTestSupport"], exclude: excluded,
    swiftSettings: strict)
}

let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1"].map {
  Target.Dependency.product(name: $0, package: "swift-nio")
}
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "keepsake",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Keepsake", targets: ["Keepsake"]),
    .library(name: "KeepsakeCloud", targets: ["KeepsakeCloud"]),
    .executable(name: "keepsake", targets: ["KeepsakeTool"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    // System libraries and the shims that Swift cannot express.
    .systemLibrary(name: "CCMark"),
    .systemLibrary(name: "CZlib"),

    // Values.
    target("KeepsakeModel"),
    target("KeepsakeDigest", ["KeepsakeModel", crypto]),
    target("KeepsakeJSON", ["KeepsakeModel"]),

    // Storage.
    target("KeepsakeStores"),
    target(
      "KeepsakeCloudStores",
      [
        "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeDigest", crypto, cryptoExtras,
        httpClient, nioSSL,
      ] + nio),
    target(
      "KeepsakeRepository",
      ["KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeDigest", "CZlib"],
      links: ["z"]),

    // Recording.
    target(
      "Keepsake",
      ["KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeRepository", yams]),

    target(
      "KeepsakeCloud", ["Keepsake", "KeepsakeModel", "KeepsakeStores", "KeepsakeCloudStores"]),

    // The site.
    .executableTarget(name: "EmbedAssetsTool", swiftSettings: strict),
    .plugin(
      name: "EmbedAssets", capability: .buildTool(), dependencies: ["EmbedAssetsTool"],
      path: "Sources/EmbedAssets"),
    target("KeepsakeAssets", plugins: ["EmbedAssets"]),
    target(
      "KeepsakeReport",
      ["KeepsakeModel", "KeepsakeJSON", "KeepsakeDigest", "KeepsakeAssets", mustache, "CCMark"],
      links: ["cmark"]),

    // Programs in other languages.
    target("KeepsakeWire", ["KeepsakeModel", "KeepsakeJSON"]),

    // The command.
    target("KeepsakeDemo", ["Keepsake"]),
    target(
      "KeepsakeCommands",
      [
        "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeCloudStores",
        "KeepsakeRepository", "Keepsake", "KeepsakeCloud", "KeepsakeReport", "KeepsakeWire",
        "KeepsakeDemo", arguments,
      ]),
    .executableTarget(
      name: "KeepsakeTool", dependencies: ["KeepsakeCommands"], swiftSettings: strict),

    // Tests.
    .target(
      name: "KeepsakeTestSupport", dependencies: ["KeepsakeModel", "KeepsakeStores"],
      path: "Tests/KeepsakeTestSupport", swiftSettings: strict),
    tests("KeepsakeModelTests", ["KeepsakeModel"]),
    tests("KeepsakeJSONTests", ["KeepsakeJSON", "KeepsakeModel"]),
    tests("KeepsakeStoresTests", ["KeepsakeStores"]),
    tests(
      "KeepsakeCloudStoresTests",
      [
        "KeepsakeCloudStores", "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores",
        "KeepsakeRepository", "Keepsake", crypto, cryptoExtras,
      ] + nio),
    tests("KeepsakeRepositoryTests", ["KeepsakeRepository", "KeepsakeStores", "KeepsakeModel"]),
    .executableTarget(
      name: "RecorderKillTarget", dependencies: ["Keepsake"], path: "Tests/RecorderKillTarget",
      swiftSettings: strict),
    tests(
      "KeepsakeTests",
      [
        "Keepsake", "KeepsakeRepository", "KeepsakeStores", "KeepsakeModel", "RecorderKillTarget",
      ]),
    tests(
      "KeepsakeReportTests", ["KeepsakeReport", "KeepsakeAssets", "KeepsakeModel", mustache],
      excluding: ["Golden"]),
    tests("KeepsakeWireTests", ["KeepsakeWire", "KeepsakeModel"]),
    tests("KeepsakeDemoTests", ["KeepsakeDemo"]),
    tests(
      "KeepsakeCommandsTests",
      [
        "KeepsakeCommands", "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores",
        "KeepsakeRepository", "Keepsake",
      ]),
    tests("LayeringTests", []),
    .executableTarget(
      name: "CloudTrainer", dependencies: ["Keepsake", "KeepsakeCloud"],
      path: "Tests/Cloud/CloudTrainer", swiftSettings: strict),
    .executableTarget(
      name: "RecorderBenchmark", dependencies: ["Keepsake"],
      path: "Tests/Benchmarks/RecorderBenchmark", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
