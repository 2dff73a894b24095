import KeepsakeCloudStores
import KeepsakeModel
import Testing

@Suite struct `Trying again` {
  private func state(_ change: (inout RetryPolicy) -> Void = { _ in }) -> RetryState {
    var policy = RetryPolicy()
    change(&policy)
    return RetryState(policy)
  }

  @Test func `ends with an answer`() {
    var state = state()
    #expect(state.action(after: .final, elapsed: .zero, random: 1) == .deliver)
  }

  @Test func `waits twice as long each time, up to a limit`() {
    var state = state {
      $0.firstPause = .seconds(1)
      $0.longestPause = .seconds(4)
      $0.tries = 5
    }
    let actions = (0..<5).map { _ in
      state.action(after: .transient(), elapsed: .zero, random: 1)
    }
    #expect(
      actions == [
        .pause(.seconds(1)), .pause(.seconds(2)), .pause(.seconds(4)), .pause(.seconds(4)),
        .deliver,
      ])
  }

  @Test func `waits a random part of that, but as long as the server asks for`() {
    var state = state { $0.firstPause = .seconds(8) }
    #expect(state.action(after: .transient(), elapsed: .zero, random: 0.25) == .pause(.seconds(2)))
    #expect(
      state.action(after: .transient(after: .seconds(5)), elapsed: .zero, random: 0)
        == .pause(.seconds(5)))
    #expect(
      state.action(after: .transient(after: .seconds(9999)), elapsed: .zero, random: 0)
        == .pause(.seconds(20)))
  }

  @Test func `ends after some minutes, however few tries there were`() {
    var state = state { $0.limit = .seconds(60) }
    #expect(state.action(after: .transient(), elapsed: .seconds(61), random: 0) == .deliver)
  }

  @Test func `ends soon where there is no connection`() {
    var state = state { $0.unreachableTries = 2 }
    #expect(state.action(after: .unreachable, elapsed: .zero, random: 0) == .pause(.zero))
    #expect(state.action(after: .unreachable, elapsed: .zero, random: 0) == .deliver)
  }

  @Test func `makes each correction once`() {
    var state = state()
    let regions = ["a", "b"].map {
      state.action(after: .correctable(.region($0)), elapsed: .zero, random: 0)
    }
    #expect(regions == [.correct(.region("a")), .deliver])
    #expect(
      state.action(after: .correctable(.credentials), elapsed: .zero, random: 0)
        == .correct(.credentials))
  }
}
