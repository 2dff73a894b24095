internal import KeepsakeJSON
package import KeepsakeModel
internal import KeepsakeStores
internal import Synchronization

/// What a repository holds, as far as it can be read.
package struct Listing: Sendable {
  /// The experiments, by the time of their start, then by identifier.
  package var experiments: [Experiment]

  /// What could not be read, by file.
  package var problems: [Problem]
}

extension Repository {
  /// Reads every experiment.
  ///
  /// A file that cannot be understood is named in ``Listing/problems`` and hides nothing else.
  package func listing() async throws(RepositoryError) -> Listing {
    // At the same time, since each waits for the store's answer.
    async let version = Result { () async throws(RepositoryError) in try await checkVersion() }
    async let reading = Result { () async throws(StoreError) in
      try await signs(
        journals: RepositoryLayout.journals, heartbeats: RepositoryLayout.heartbeats)
    }
    try await version.get()
    do throws(StoreError) {
      let signs = try await reading.get()
      let keys = try await store.keys(below: RepositoryLayout.experiments)
      // A README there is somebody's own.
      var listing = await read(
        keys.filter { $0.hasSuffix(".json") }.sorted { $0.utf8Precedes($1) }
      ).listing
      listing.problems += signs.problems
      listing.problems += store.refusals.map { key, refusal in
        Problem(
          place: key,
          reason: """
            \(refusal.lineCount) record\(refusal.lineCount == 1 ? " is" : "s are") on this machine \
            only, because the repository did not take \(refusal.lineCount == 1 ? "it" : "them"): \
            \(refusal.error.why). \(refusal.error.fix)
            """,
          isHarmless: true)
      }
      _ = add(signs, to: &listing)
      listing.problems.sort {
        $0.place == $1.place ? $0.reason.utf8Precedes($1.reason) : $0.place.utf8Precedes($1.place)
      }
      return listing
    } catch {
      throw RepositoryError(error)
    }
  }

  /// Reads one experiment; `nil` when there is none.
  package func experiment(_ id: ExperimentID) async throws(RepositoryError) -> Experiment? {
    try await reading(id)?.experiment
  }

  /// Reads one experiment in order to replace its JSON and its journals; `nil` when there is none.
  ///
  /// Throws `.corrupt` where they say what ``experiment(_:)`` leaves out, which would be lost.
  package func experimentToRewrite(
    _ id: ExperimentID
  ) async throws(RepositoryError) -> Experiment? {
    guard let reading = try await reading(id) else { return nil }
    let heartbeat = RepositoryLayout.heartbeat(id)
    if let loss = (reading.problems + reading.omissions).first(where: { $0.place != heartbeat }) {
      throw RepositoryError(
        .corrupt, what: "cannot change experiment \(id.short)",
        why: "\(loss.place) has parts that this version does not understand: \(loss.reason)",
        fix: "Install a newer Keepsake, or correct that file.")
    }
    return reading.experiment
  }

  private func reading(
    _ id: ExperimentID
  ) async throws(RepositoryError) -> (
    experiment: Experiment, problems: [Problem], omissions: [Problem]
  )? {
    let key = RepositoryLayout.experiment(id)
    do throws(StoreError) {
      let signs = try await signs(
        journals: RepositoryLayout.journal(id), heartbeats: nil,
        heartbeat: RepositoryLayout.heartbeat(id))
      guard try await store.object(at: key) != nil else { return nil }
      var (listing, omissions) = await read([key])
      listing.problems += signs.problems
      omissions += add(signs, to: &listing)
      if let experiment = listing.experiments.first {
        return (experiment, listing.problems, omissions)
      }
      if let problem = listing.problems.first(where: { $0.place == key }) {
        throw StoreError(
          .corrupt, what: "cannot read \(key)", why: problem.reason,
          fix: "Restore it from a backup, or remove it.")
      }
      return nil
    } catch {
      throw RepositoryError(error)
    }
  }

  /// What says more than the experiments' JSON.
  private struct Signs {
    var journals: [(key: String, bytes: [UInt8])] = []
    var heartbeats: [(key: String, bytes: [UInt8])] = []
    var problems: [Problem] = []
  }

  /// Reads journals and heartbeats: before the JSON, because a recorder removes them after it wrote
  /// the JSON, so that nothing is ever in neither.
  private func signs(
    journals: String, heartbeats: String?, heartbeat: String? = nil
  ) async throws(StoreError) -> Signs {
    var signs = Signs()
    async let journalObjects = Result { () async throws(StoreError) in
      try await store.objects(below: journals)
    }
    async let heartbeatObjects = Result { () async throws(StoreError) -> [StoredObject] in
      guard let heartbeats else { return [] }
      return try await store.objects(below: heartbeats)
    }
    let journalKeys = try await journalObjects.get().map(\.key)
    let listed = try await heartbeatObjects.get().map(\.key)
    let heartbeatKeys = heartbeat.map { listed + [$0] } ?? listed
    signs.journals = await contents(of: journalKeys, &signs.problems)
    signs.heartbeats = await contents(of: heartbeatKeys, &signs.problems)
    return signs
  }

  /// Adds what the signs say.
  ///
  /// - Returns: what no one but the writer of a newer version misses.
  private func add(_ signs: Signs, to listing: inout Listing) -> [Problem] {
    guard !signs.journals.isEmpty || !signs.heartbeats.isEmpty else { return [] }
    let positions = Dictionary(
      uniqueKeysWithValues: listing.experiments.enumerated().map { ($1.id, $0) })
    let omissions = addJournals(signs.journals, positions, to: &listing)
    addHeartbeats(signs.heartbeats, positions, to: &listing)
    return omissions
  }

  /// Reads experiments, and what only later versions understand of them.
  private func read(_ keys: [String]) async -> (listing: Listing, omissions: [Problem]) {
    let decoded = Mutex<[DecodedExperiment?]>(Array(repeating: nil, count: keys.count))
    let packages = PackageMemory()
    let failures = await store.readEach(keys) { index, bytes in
      let result = DecodedExperiment(decoding: bytes, sharing: packages)
      decoded.withLock { $0[index] = result }
    }
    let results = decoded.withLock { $0 }
    var listing = Listing(experiments: [], problems: [])
    var omissions: [Problem] = []
    var places: [ExperimentID: Place] = [:]
    for (index, key) in keys.enumerated() {
      if let failure = failures[index] {
        // An experiment that was removed since the listing is not a problem.
        if failure.code != .notFound {
          listing.problems.append(Problem(place: key, reason: failure.why))
        }
        continue
      }
      // Part by part: a copy of each experiment would take longer than all else here.
      guard let complaints = results[index]?.complaints else { continue }
      let id = results[index]?.experiment?.id
      listing.problems += complaints.map {
        Problem(place: key, reason: $0, experiment: id, isHarmless: id != nil)
      }
      guard let id, let created = results[index]?.experiment?.created else { continue }
      if results[index]?.hasLostAllCheckpoints == true {
        listing.problems.append(
          Problem(
            place: key, reason: "none of the checkpoints in it can be read", experiment: id,
            isHarmless: true))
      }
      omissions += (results[index]?.omissions ?? []).map {
        Problem(place: key, reason: $0, experiment: id, isHarmless: true)
      }
      let isNamedAfterIt = key == RepositoryLayout.experiment(id)
      if let other = places[id] {
        listing.problems.append(
          Problem(
            place: isNamedAfterIt ? keys[other.index] : key,
            reason: "it describes experiment \(id.short), which another file does",
            experiment: id))
        guard isNamedAfterIt, !other.isNamedAfterIt else { continue }
      }
      places[id] = Place(index: index, created: created, isNamedAfterIt: isNamedAfterIt)
    }
    listing.experiments = places.sorted { ($0.value.created, $0.key) < ($1.value.created, $1.key) }
      .compactMap { results[$0.value.index]?.experiment }
    return (listing, omissions)
  }

  /// The file that describes an experiment.
  private struct Place {
    var index: Int
    var created: Timestamp
    var isNamedAfterIt: Bool
  }

  private func addJournals(
    _ journals: [(key: String, bytes: [UInt8])], _ positions: [ExperimentID: Int],
    to listing: inout Listing
  ) -> [Problem] {
    var omissions: [Problem] = []
    var records: [Int: [JournalRecord]] = [:]
    for (key, bytes) in journals {
      let name = key.dropFirst(RepositoryLayout.journals.count).prefix { $0 != "/" }
      // A journal whose experiment was removed is not resurrected.
      guard let id = ExperimentID(name), let position = positions[id] else { continue }
      let journal = JournalRecord.decode(bytes)
      records[position, default: []] += journal.value
      func problem(_ reason: String) -> Problem {
        Problem(place: key, reason: reason, experiment: id, isHarmless: true)
      }
      listing.problems += journal.complaints.map(problem)
      omissions += journal.omissions.map(problem)
    }
    for (position, records) in records { listing.experiments[position].merge(records) }
    return omissions
  }

  private func addHeartbeats(
    _ heartbeats: [(key: String, bytes: [UInt8])], _ positions: [ExperimentID: Int],
    to listing: inout Listing
  ) {
    for (key, bytes) in heartbeats {
      guard
        let id = RepositoryLayout.experimentID(
          in: key, below: RepositoryLayout.heartbeats, ending: ".json"),
        let position = positions[id]
      else { continue }
      let value = try? JSONCursor.read(bytes.span) { cursor throws(JSONError) in
        try cursor.value()
      }
      guard let text = value?["last_heartbeat"]?.stringValue, let time = Timestamp(text) else {
        listing.problems.append(
          Problem(
            place: key, reason: "it does not say when the run was last alive", experiment: id,
            isHarmless: true))
        continue
      }
      listing.experiments[position].heartbeat = time
    }
  }

  /// The content of each key that can be read, in their order; objects that are gone are left out.
  private func contents(
    of keys: [String], _ problems: inout [Problem]
  ) async -> [(key: String, bytes: [UInt8])] {
    if keys.isEmpty { return [] }
    let read = Mutex<[Int: [UInt8]]>([:])
    let failures = await store.readEach(keys) { index, bytes in
      let copy = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
      read.withLock { $0[index] = copy }
    }
    for (index, failure) in failures.sorted(by: { $0.key < $1.key }) where failure.code != .notFound
    {
      problems.append(Problem(place: keys[index], reason: failure.why))
    }
    let results = read.withLock { $0 }
    return keys.indices.compactMap { index in results[index].map { (keys[index], $0) } }
  }
}

/// What the JSON of an experiment said. A class, as experiments are large to copy.
private final class DecodedExperiment: Sendable {
  let experiment: Experiment?
  let complaints: [String]
  let hasLostAllCheckpoints: Bool
  let omissions: [String]

  init(decoding bytes: Span<UInt8>, sharing packages: PackageMemory) {
    do throws(JSONError) {
      let reading = try ExperimentDecoder.decode(bytes, sharing: packages)
      (experiment, complaints) = (reading.value, reading.complaints)
      hasLostAllCheckpoints = reading.hasLostAllCheckpoints
      omissions = reading.omissions
    } catch {
      (experiment, complaints) = (nil, [error.text])
      (hasLostAllCheckpoints, omissions) = (false, [])
    }
  }
}
