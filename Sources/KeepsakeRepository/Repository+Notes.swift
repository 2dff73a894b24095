package import KeepsakeModel
internal import KeepsakeStores

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
      var notes: [ExperimentID: String] = [:]
      var problems: [Problem] = []
      for object in try await store.objects(below: RepositoryLayout.notes) {
        let id = RepositoryLayout.experimentID(
          in: object.key, below: RepositoryLayout.notes, ending: ".md")
        guard let id else { continue }
        do throws(StoreError) {
          let bytes = try await store.contents(of: object.key)
          notes[id] = String(decoding: bytes, as: UTF8.self)
        } catch {
          problems.append(Problem(place: object.key, reason: error.why, experiment: id))
        }
      }
      return (notes, problems)
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
