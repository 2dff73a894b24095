internal import FoundationEssentials

/// The folder in which the demo works, laid out as a person would.
struct Project {
  /// The folder, which holds `keepsake.yaml`.
  let directory: String

  /// Makes the folder with its configuration and the data.
  ///
  /// Throws ``DemoError`` when there is something in it already.
  init(in directory: String) throws {
    self.directory = directory
    let files = FileManager.default
    try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
    guard try files.contentsOfDirectory(atPath: directory).isEmpty else {
      throw DemoError("cannot make a demo in \(directory), because it is not empty")
    }
    try write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
    try write(
      "# What is made from the runs is not part of them.\nnotes/\nreport/\n",
      to: ".keepsakeignore")
    try write(Iris.csv, to: "data/iris.csv")
  }

  /// Describes the coming run in `config.json`, and removes the weights of the one before.
  func prepare(for settings: Hyperparameters) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try write(String(decoding: encoder.encode(settings), as: UTF8.self) + "\n", to: "config.json")
    if FileManager.default.fileExists(atPath: path(of: "weights")) {
      try FileManager.default.removeItem(atPath: path(of: "weights"))
    }
  }

  /// Writes the parameters of `model` as tables into `weights/`.
  func save(_ model: any Classifier) throws {
    for file in model.files { try write(file.contents, to: "weights/\(file.name)") }
  }

  /// Writes a text file, and the folder that it lies in.
  func write(_ text: String, to name: String) throws {
    if let slash = name.lastIndex(of: "/") {
      try FileManager.default.createDirectory(
        atPath: path(of: String(name[..<slash])), withIntermediateDirectories: true)
    }
    try Data(text.utf8).write(to: URL(filePath: path(of: name)))
  }

  /// Where a file of the project is.
  func path(of name: String) -> String { "\(directory)/\(name)" }
}
