public import KeepsakeModel

/// Records what `body` does as an experiment, which finishes when it returns and fails when it
/// throws.
///
/// Takes the parameters of ``Recorder/init(path:params:projectDirectory:repository:resumedFrom:options:)``.
@discardableResult
public func withExperiment<Result>(
  path: String? = nil, params: NamedValues = [:], projectDirectory: String? = nil,
  repository: String? = nil, resumedFrom: String? = nil,
  options: RecorderOptions = RecorderOptions(), _ body: (Recorder) throws -> Result
) throws -> Result {
  let recorder = try Recorder(
    path: path, params: params, projectDirectory: projectDirectory, repository: repository,
    resumedFrom: resumedFrom, options: options)
  do {
    let result = try body(recorder)
    recorder.finish()
    return result
  } catch {
    recorder.finish(.failed)
    throw error
  }
}

/// Records what `body` does as an experiment, which finishes when it returns and fails when it
/// throws.
///
/// Takes the parameters of ``Recorder/init(path:params:projectDirectory:repository:resumedFrom:options:)``.
@discardableResult
public func withExperiment<Result>(
  path: String? = nil, params: NamedValues = [:], projectDirectory: String? = nil,
  repository: String? = nil, resumedFrom: String? = nil,
  options: RecorderOptions = RecorderOptions(), _ body: (Recorder) async throws -> Result
) async throws -> Result {
  let recorder = try Recorder(
    path: path, params: params, projectDirectory: projectDirectory, repository: repository,
    resumedFrom: resumedFrom, options: options)
  do {
    let result = try await body(recorder)
    recorder.finish()
    return result
  } catch {
    recorder.finish(.failed)
    throw error
  }
}
