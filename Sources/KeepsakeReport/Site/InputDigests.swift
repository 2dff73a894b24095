internal import KeepsakeDigest
internal import KeepsakeModel
internal import Synchronization

// What the files of an experiment are made from. Each function covers every stored property of its
// type, and a test compares the lists of their names: what was left out here would leave old pages
// in place.

/// Digests of what files are made from.
enum InputBytes {
  /// The digest of what `body` adds.
  static func digest(_ body: (inout ContentBytes) -> Void) -> ContentDigest {
    var bytes = ContentBytes(capacity: 4000)
    body(&bytes)
    return ContentDigest(of: bytes.bytes)
  }
}

/// The digest of the packages that were asked for last: mostly also those of the next experiment,
/// in the same memory.
final class PackageDigests: Sendable {
  private let last = Mutex<(packages: NamedValues, digest: ContentDigest)?>(nil)

  /// The digest of an experiment's packages.
  func digest(of packages: NamedValues) -> ContentDigest {
    if let last = last.withLock({ $0 }), last.packages == packages { return last.digest }
    let digest = InputBytes.digest { $0.append(packages) }
    last.withLock { $0 = (packages, digest) }
    return digest
  }
}

extension ExperimentPage {
  /// The digest of all that the page is made from, but for the contents of saved files.
  ///
  /// - Parameters:
  ///   - site: the digest of the program, its templates and the surroundings.
  ///   - experiment: the digest of the experiment.
  func input(site: ContentDigest, experiment: ContentDigest) -> ContentDigest {
    InputBytes.digest { bytes in
      bytes.append(site.bits)
      bytes.append(experiment.bits)
      bytes.append(summary)
      bytes.append(parent) { $0.append($1) }
      bytes.append(neighbours.older) { $0.append($1) }
      bytes.append(neighbours.newer) { $0.append($1) }
      bytes.append(opponents) { $0.append($1.digest.bits) }
      bytes.append(notes.bytes)
      bytes.append(files)
    }
  }
}

extension ParametersPage {
  /// The digest of all that the page and its data are made from.
  func input(site: ContentDigest) -> ContentDigest {
    InputBytes.digest { bytes in
      bytes.append(site.bits)
      bytes.append(metric)
      bytes.append(experiments) { bytes, experiment in
        bytes.append(experiment.link)
        bytes.append(experiment.score)
        bytes.append(experiment.params)
      }
      bytes.append(params) { bytes, param in
        bytes.append(param.name)
        bytes.append(param.isNumeric)
        bytes.append(param.count)
      }
      bytes.append(rareCount)
    }
  }
}

extension ExperimentData {
  /// The digest of all that the files are made from.
  func input(program: ContentDigest, experiment: ContentDigest) -> ContentDigest {
    InputBytes.digest { bytes in
      bytes.append(program.bits)
      bytes.append(experiment.bits)
      bytes.append(summary)
    }
  }
}

extension ContentBytes {
  mutating func append(_ surroundings: Surroundings) {
    append(surroundings.frame)
    append(surroundings.options)
    append(surroundings.metric) { $0.append($1) }
    append(surroundings.hasOthers)
    append(surroundings.varyingParams.sorted { $0.utf8Precedes($1) }) { $0.append($1) }
    append(surroundings.best) { bytes, best in
      bytes.append(best.id.bits)
      bytes.append(best.link)
      bytes.append(best.score)
    }
  }

  private mutating func append(_ frame: PageFrame) {
    append(frame.title)
    append(frame.stylesheetPath)
    append(SiteScript.allCases) { $0.append(frame.scriptPaths[$1] ?? "") }
    append(frame.repositoryLabel)
    append(frame.comparePath) { $0.append($1) }
    append(frame.hasParameters)
    append(frame.problemCount)
  }

  private mutating func append(_ options: ReportOptions) {
    append(options.title)
    append(options.templates.sorted { $0.key.utf8Precedes($1.key) }) { bytes, template in
      bytes.append(template.key)
      bytes.append(template.value)
    }
    append(options.metric) { $0.append($1) }
    append(options.goal) { $0.append($1.rawValue) }
    append(options.baseline) { $0.append($1.bits) }
    append(options.comparisons) { bytes, comparison in
      bytes.append(comparison.name)
      bytes.append(comparison.experiments) { $0.append($1.bits) }
    }
    append(options.detailLimit) { $0.append($1) }
    append("\(options.smoothing) \(options.fidelity) \(options.xAxis)")
    switch options.logScale {
    case .automatic: append(0)
    case .all: append(1)
    case .metrics(let names):
      append(2)
      append(names.sorted { $0.utf8Precedes($1) }) { $0.append($1) }
    }
    append(options.sort) { $0.append("\($1)") }
    append(options.withholdsSecrets)
  }

  /// Adds an experiment's summary without the experiment.
  fileprivate mutating func append(_ summary: ExperimentSummary) {
    append(summary.link)
    append(summary.status.rawValue)
    append(summary.primaryMetric) { $0.append($1) }
    append(summary.bestRow) { $0.append($1) }
    append(summary.scoreRow) { $0.append($1) }
    append(summary.score) { $0.append($1) }
    append(summary.duration) { bytes, duration in
      bytes.append(duration.components.seconds)
      bytes.append(duration.components.attoseconds)
    }
  }

  fileprivate mutating func append(_ link: ExperimentLink) {
    append(link.stem)
    append(link.shortID)
    append(link.hasPage)
  }

  mutating func append(_ opponent: Opponent) {
    append("\(opponent.name)")
    append(opponent.id.bits)
    append(opponent.link)
    append(opponent.metrics)
    append(opponent.params)
    append(opponent.code)
    append(opponent.packages)
    append(opponent.start) { $0.append($1) }
  }

  fileprivate mutating func append(_ files: SavedFiles) {
    append(files.start) { $0.append($1) }
    append(files.checkpoint) { $0.append($1) }
    append(files.previousRow) { $0.append($1) }
    append(files.previous) { $0.append($1) }
  }
}
