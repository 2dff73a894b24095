package import KeepsakeModel
internal import KeepsakeStores
internal import Synchronization

extension Repository {
  /// The note of an experiment, in Markdown; `nil` when it has none.
  package func note(of id: ExperimentID) async throws(RepositoryError) -> String? {
    do throws(StoreError) {
      let bytes = try await store.contents(of: RepositoryLayout.note(id))
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      if error.code == .notFound { return nil }
      throw RepositoryError(error)
    }
  }

  /// Every note, by experiment; and the notes that could not be read.
  package func notes() async throws(RepositoryError) -> (
    notes: [ExperimentID: String], problems: [Problem]
  ) {
    do throws(StoreError) {
      let found = try await store.objects(below: RepositoryLayout.notes).compactMap { object in
        RepositoryLayout.experimentID(in: object.key, below: RepositoryLayout.notes, ending: ".md")
          .map { (key: object.key, id: $0) }
      }
      let read = Mutex<[ExperimentID: String]>([:])
      let failures = await store.readEach(found.map(\.key)) { index, bytes in
        let text = unsafe bytes.withUnsafeBufferPointer {
          unsafe String(decoding: $0, as: UTF8.self)
        }
        read.withLock { $0[found[index].id] = text }
      }
      let problems = failures.sorted { $0.key < $1.key }.map { index, error in
        Problem(place: found[index].key, reason: error.why, experiment: found[index].id)
      }
      return (read.withLock { $0 }, problems)
    } catch {
      throw RepositoryError(error)
    }
  }

  /// Writes the note of an experiment; `nil` or an empty text removes it.
  package func setNote(_ text: String?, of id: ExperimentID) async throws(RepositoryError) {
    do throws(StoreError) {
      if let text, !text.isEmpty {
        try await store.put(Array(text.utf8), at: RepositoryLayout.note(id))
      } else {
        try await store.remove(RepositoryLayout.note(id))
      }
    } catch {
      throw RepositoryError(error)
    }
  }
}
