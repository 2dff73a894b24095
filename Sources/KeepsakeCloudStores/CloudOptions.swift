package import KeepsakeModel
package import KeepsakeStores

/// What stores in a cloud get from the program that uses them.
package struct CloudOptions: Sendable {
  /// The environment's variables.
  package var environment: [String: String]

  /// Sends the requests.
  package var runner: RequestRunner

  /// What time it is.
  package var now: @Sendable () -> Timestamp

  /// A private folder for files on their way.
  package var scratchFolder: String

  /// A private folder for records that are not in the store yet, which outlives the program;
  /// `nil` to keep them in memory only.
  package var spoolFolder: String?

  /// Is told how far large files are.
  package var meter: TransferMeter

  /// How large files are split.
  package var parts = PartSizes()

  package init(
    environment: [String: String], runner: RequestRunner, now: @escaping @Sendable () -> Timestamp,
    scratchFolder: String, spoolFolder: String?, meter: TransferMeter = TransferMeter()
  ) {
    self.environment = environment
    self.runner = runner
    self.now = now
    self.scratchFolder = scratchFolder
    self.spoolFolder = spoolFolder
    self.meter = meter
  }
}

extension [String: String] {
  /// The value of a variable; `nil` where it is empty.
  ///
  /// White space around it is left out: secrets of CI systems often end in a line break.
  func setting(_ name: String) -> String? {
    guard let value = self[name] else { return nil }
    let start = value.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(start[...end])
  }
}

extension CloudOptions {
  /// The spool of the store called `name`, where there is a folder for it.
  func spool(for name: String) -> Spool? {
    spoolFolder.map { Spool(in: $0, store: name) }
  }
}
