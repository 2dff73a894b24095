internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import KeepsakeStores
internal import KeepsakeWire

extension WireError {
  /// Describes why a request could not be carried out.
  ///
  /// - Parameter isWriting: whether it was about to change something.
  init(_ error: any Error, isWriting: Bool) {
    let trouble = isWriting ? Code.write : .read
    switch error {
    case let error as WireError: self = error
    case let error as ProjectError:
      self.init(Code(error.code.rawValue), what: error.what, fix: error.fix)
    case let error as RecorderError:
      let code: Code = error.code == .alreadyRecording ? .alreadyRecording : .invalidRequest
      self.init(code, what: error.what, why: error.why, fix: error.fix)
    case let error as SnapshotError:
      let isPath = [.invalidPath, .notFound, .noFiles].contains(error.code)
      self.init(isPath ? .invalidPath : trouble, what: error.what, why: error.why, fix: error.fix)
    case let error as RepositoryError:
      let code = error.code == .store ? trouble : Code(error.code.name)
      self.init(code, what: error.what, why: error.why, fix: error.fix)
    case let error as StoreError:
      self.init(
        error.code == .corrupt ? .corrupt : trouble, what: error.what, why: error.why,
        fix: error.fix)
    case let error as LookupError:
      self.init(error.candidates.isEmpty ? .notFound : .ambiguous, what: error.description)
    case let error as QueryError: self.init(.invalidQuery, what: error.what, fix: error.fix)
    case let error as ReportError:
      let isQuery = [.badOption, .badTemplate].contains(error.code)
      self.init(
        isQuery ? .invalidQuery : trouble, what: error.what, why: error.why, fix: error.fix)
    case let error as CommandError:
      let usual = error.exitCode == ExitStatus.usage ? .invalidQuery : trouble
      self.init(error.code ?? usual, what: error.what, fix: error.fix)
    default: self.init(trouble, what: "\(error)")
    }
  }
}

extension Request.Verb {
  /// Whether it changes something.
  var writes: Bool {
    switch self {
    case .start, .checkpoint, .wait, .stop, .checkout, .delete, .report: true
    case .list, .get, .isRunning, .open: false
    }
  }
}
