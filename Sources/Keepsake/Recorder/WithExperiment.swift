public import KeepsakeModel

/// Records what `body` does as an experiment, which finishes when it returns and fails when it
/// throws. `summary` is told what could not be saved.
///
/// Takes the parameters of ``Recorder/init(path:params:projectDirectory:repository:resumedFrom:options:)``.
@discardableResult
public func withExperiment<Result>(
  path: String? = nil, params: NamedValues = [:], projectDirectory: String? = nil,
  repository: String? = nil, resumedFrom: String? = nil,
  options: RecorderOptions = RecorderOptions(),
  summary: (RecordingSummary) -> Void = { _ in }, _ body: (Recorder) throws -> Result
) throws -> Result {
  let recorder = try Recorder(
    path: path, params: params, projectDirectory: projectDirectory, repository: repository,
    resumedFrom: resumedFrom, options: options)
  do {
    let result = try body(recorder)
    summary(recorder.finish())
    return result
  } catch {
    summary(recorder.finish(.failed))
    throw error
  }
}

/// Records what `body` does as an experiment, which finishes when it returns and fails when it
/// throws. `summary` is told what could not be saved.
///
/// Takes the parameters of ``Recorder/init(path:params:projectDirectory:repository:resumedFrom:options:)``.
@discardableResult
public func withExperiment<Result>(
  path: String? = nil, params: NamedValues = [:], projectDirectory: String? = nil,
  repository: String? = nil, resumedFrom: String? = nil,
  options: RecorderOptions = RecorderOptions(),
  summary: (RecordingSummary) -> Void = { _ in }, _ body: (Recorder) async throws -> Result
) async throws -> Result {
  let recorder = try Recorder(
    path: path, params: params, projectDirectory: projectDirectory, repository: repository,
    resumedFrom: resumedFrom, options: options)
  do {
    let result = try await body(recorder)
    summary(recorder.finish())
    return result
  } catch {
    summary(recorder.finish(.failed))
    throw error
  }
}
