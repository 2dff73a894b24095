import KeepsakeCloudStores
import KeepsakeStores
import Synchronization
import Testing

/// A network that is there or not, and a clock that only pauses move.
private final class Network: HTTPTransport {
  private struct State {
    var failure: HTTPFailure.Kind? = .timeout
    var sent = 0
    var now = ContinuousClock.now
  }

  private let state = Mutex(State())

  var sent: Int { state.withLock { $0.sent } }

  func fail(_ kind: HTTPFailure.Kind?) { state.withLock { $0.failure = kind } }

  func advance(_ duration: Duration) { state.withLock { $0.now += duration } }

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let failure = state.withLock { state in
      state.sent += 1
      // Nobody knows at once that no answer comes.
      if state.failure != nil { state.now += .seconds(5) }
      return state.failure
    }
    if let failure { throw HTTPFailure(failure, "nobody answers") }
    return HTTPResponse(status: 200)
  }

  func runner(_ policy: RetryPolicy = .patient) -> RequestRunner {
    RequestRunner(
      transport: self, policy: policy,
      clock: RetryClock(
        now: { self.state.withLock { $0.now } },
        sleep: { duration in
          self.advance(duration)
          return true
        }, random: { 1 }))
  }
}

@Suite struct `A server that does not answer` {
  private let network = Network()

  private func failure(
    _ runner: RequestRunner, _ url: String = "https://s3.example/a"
  ) async throws -> HTTPFailure? {
    let result = try await runner.run(.read) { () throws(StoreError) in
      HTTPRequest("GET", url)
    } judge: { answer in
      switch answer {
      case .success: .final
      case .failure(let failure): failure.kind == .unreachable ? .unreachable : .transient()
      }
    } correct: { _ throws(StoreError) in
    }
    guard case .failure(let failure) = result.answer else { return nil }
    return failure
  }

  @Test func `exhausts the patience of all requests together`() async throws {
    let runner = network.runner()
    #expect(try await failure(runner)?.why == "nobody answers")
    let sent = network.sent
    #expect(sent > 5)
    for _ in 0..<10 { #expect(try await failure(runner)?.why == "nobody answers") }
    #expect(network.sent == sent)
  }

  @Test func `is asked again after a rest, once`() async throws {
    let runner = network.runner()
    _ = try await failure(runner)
    let sent = network.sent
    network.advance(.seconds(11))
    #expect(try await failure(runner) != nil)
    #expect(network.sent == sent + 1)
  }

  @Test func `is waited for as long as ever once it answered`() async throws {
    let runner = network.runner()
    _ = try await failure(runner)
    network.advance(.seconds(11))
    network.fail(nil)
    #expect(try await failure(runner) == nil)
    let sent = network.sent
    network.fail(.timeout)
    #expect(try await failure(runner) != nil)
    #expect(network.sent > sent + 5)
  }

  @Test func `says nothing about another one`() async throws {
    let runner = network.runner()
    _ = try await failure(runner)
    network.fail(nil)
    #expect(try await failure(runner, "https://other.example/a") == nil)
  }

  @Test func `has a wrong address, unless it answered before`() async throws {
    let runner = network.runner()
    network.fail(.unreachable)
    _ = try await failure(runner)
    #expect(network.sent == RetryPolicy.patient.unreachableTries)
    network.advance(.seconds(11))
    network.fail(nil)
    _ = try await failure(runner)
    network.fail(.unreachable)
    let sent = network.sent
    _ = try await failure(runner)
    #expect(network.sent > sent + RetryPolicy.patient.unreachableTries)
  }
}
