extension Result where Success: Sendable {
  /// What `body` gives or throws, for tasks that run at the same time: those lose the error's type.
  init(_ body: () async throws(Failure) -> Success) async {
    do throws(Failure) {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
