import Foundation
import Testing

@testable import Keepsake

/// A folder that is removed with the value.
private final class Folder {
  let path = FileManager.default.temporaryDirectory.path + "/keepsake-project-\(UUID())"

  init(_ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, content) in files { try write(content, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ content: String, to name: String) throws {
    let file = URL(filePath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content.utf8).write(to: file)
  }

  func configured(_ yaml: String) throws -> Project {
    try write(yaml, to: "keepsake.yaml")
    return try Project.find(from: path)
  }
}

@Suite struct `Finding a project` {
  @Test func `the nearest parent with keepsake.yaml is the project`() throws {
    let folder = try Folder([
      "keepsake.yaml": "repository: file://outer", "a/keepsake.yml": "repository: file://inner",
      "a/b/c.py": "",
    ])
    let project = try Project.find(from: "\(folder.path)/a/b")
    #expect(project.directory == "\(folder.path)/a")
    #expect(project.repositoryURL.path == "\(folder.path)/a/inner")
    #expect(project.warnings == [])
  }

  @Test func `a project directory that is given is not searched upwards from`() throws {
    let folder = try Folder(["keepsake.yaml": "repository: file://x", "a/b": ""])
    let error = #expect(throws: ProjectError.self) {
      try Project.find(from: folder.path, directoryOverride: "a")
    }
    #expect(error?.code == .notFound)
    #expect(error?.what == "keepsake.yaml not found in a")
    #expect(try Project.find(from: "/", directoryOverride: folder.path).directory == folder.path)
  }

  @Test func `without the file the error names the folder and its parents`() throws {
    let folder = try Folder()
    let error = #expect(throws: ProjectError.self) { try Project.find(from: folder.path) }
    #expect(
      error?.what == "keepsake.yaml not found in \(folder.path) (or in any parent directories)")
  }

  @Test func `a given repository needs no file and is relative to the working directory`() throws {
    let folder = try Folder()
    let project = try Project.find(from: folder.path, repositoryOverride: "file://r")
    #expect(project.directory == folder.path)
    #expect(project.repositoryURL.description == "file://\(folder.path)/r")
  }

  @Test func `deprecated file names and keys work with a warning`() throws {
    let folder = try Folder(["replicate.yaml": "storage: file://.replicate\n"])
    let project = try Project.find(from: folder.path)
    #expect(
      project.warnings == [
        "replicate.yaml is deprecated. Please rename it to keepsake.yaml.",
        "The 'storage' key is deprecated in replicate.yaml. Please rename it to 'repository'.",
      ])
    #expect(project.repositoryURL.path == "\(folder.path)/.replicate")
  }
}

@Suite struct `keepsake.yaml` {
  @Test(arguments: [
    "repository: file://.keepsake", "Repository: 'FILE://.keepsake/' # comment\n---\nx: 1\n",
    "repository: \"file://./.keepsake?x#y\"", "repository: file://.keep%73ake",
  ])
  func `names the repository`(yaml: String) throws {
    let folder = try Folder()
    #expect(try folder.configured(yaml).repositoryURL.path == "\(folder.path)/.keepsake")
  }

  @Test(arguments: [
    ("", "Missing required field in keepsake.yaml: repository"),
    ("repository:", "Missing required field in keepsake.yaml: repository"),
    ("foo: 1", "Failed to parse keepsake.yaml: unknown field \"foo\""),
    ("repository: 3", "Failed to parse keepsake.yaml: repository must be text, not 3"),
    ("repository: [a]", "Failed to parse keepsake.yaml: repository must be text"),
    ("- a", "Failed to parse keepsake.yaml: it must be a list of \"key: value\" lines"),
    (
      "repository: a\n  bad: : yaml",
      "Failed to parse keepsake.yaml: line 2: mapping values are not allowed in this context"
    ),
    (
      "repository: file://a\nrepository: file://b",
      "Failed to parse keepsake.yaml: repository stands there twice"
    ),
    (
      "repository: file://a\nstorage: file://a",
      "'repository' and 'storage' (deprecated) cannot both be defined in keepsake.yaml. Please only use 'repository'."
    ),
    ("repository: .keepsake", "Missing repository scheme."),
    ("repository: http://x/y", "Unknown repository scheme: http."),
  ])
  func `that is wrong is refused with a reason`(yaml: String, message: String) throws {
    let folder = try Folder()
    let error = #expect(throws: ProjectError.self) { try folder.configured(yaml) }
    #expect(error?.what == message)
  }
}

@Suite struct `Repository URLs` {
  @Test func `of buckets split into bucket and folder`() throws {
    let url = try RepositoryURL("s3://bucket/a/b/", relativeTo: "/p")
    #expect((url.scheme, url.bucket, url.path) == (.s3, "bucket", "a/b"))
    #expect("\(url)" == "s3://bucket/a/b")
  }

  @Test(arguments: [
    "s3://u:swordfish@bucket/a", "gs://u:swordfish%40bucket", "s3://?swordfish",
    "s3://bucket/%x?swordfish",
  ])
  func `of buckets show no secrets where they are refused`(text: String) {
    let error = #expect(throws: ProjectError.self) { try RepositoryURL(text, relativeTo: "/p") }
    #expect(error.map { "\($0)".contains("swordfish") } == false)
  }

  @Test func `a scheme without slashes names the project folder itself`() throws {
    #expect(try RepositoryURL("file:x", relativeTo: "/p").path == "/p")
    #expect(try RepositoryURL("file://", relativeTo: "/p").path == "/p")
  }

  @Test func `a store that this build lacks is an error that says so`() throws {
    let url = try RepositoryURL("gs://bucket", relativeTo: "/p")
    let error = #expect(throws: ProjectError.self) { try StoreOpeners.disk.open(url) }
    #expect(error?.what.contains("no support for gs://") == true)
  }
}
