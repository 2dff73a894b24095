import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport

/// A store in a bucket of a server on this machine, and what a test does with both.
protocol CloudFixture: Sendable {
  var server: TestServer { get }
  var folder: TemporaryFolder { get }
  var counter: RequestCounter { get }
  var environment: [String: String] { get set }

  /// How repositories in the bucket are named.
  var scheme: RepositoryURL.Scheme { get }

  /// How many objects are in the bucket.
  var objectCount: Int { get }

  /// How many uploads were begun whose parts still take room that costs.
  var openUploadCount: Int { get }

  /// Empties the bucket.
  func clear()

  /// Changes an object's content behind everyone's back.
  func damage(_ name: String)

  /// Opens the folder `root` of the bucket.
  func open(root: String) throws -> any CloudStore
}

extension CloudFixture {
  func open() throws -> any CloudStore { try open(root: "root") }

  /// What a store is made with: pauses take no time, parts are small.
  func options(
    now: @escaping @Sendable () -> Timestamp = { .systemClock() }
  ) -> CloudOptions {
    let clock = RetryClock(now: { .now }, sleep: { _ in true }, random: { 0.5 })
    var options = CloudOptions(
      environment: environment,
      runner: RequestRunner(transport: ImpatientTransport(), counter: counter, clock: clock),
      now: now, scratchFolder: "\(folder.path)/scratch", spoolFolder: "\(folder.path)/spool")
    options.parts.byteCount = 1 << 18
    return options
  }
}

/// The stores that there are.
enum Cloud: String, Sendable, CaseIterable {
  case s3, gs

  /// - Parameters:
  ///   - pageSize: how many names a list has at most.
  ///   - keptPart: how much of a part of an upload arrives, where a server may keep less.
  func fixture(pageSize: Int = 1000, keptPart: Int = .max) async throws -> any CloudFixture {
    switch self {
    case .s3: try await S3Fixture(FakeS3(pageSize: pageSize))
    case .gs: try await GCSFixture(FakeGCS(pageSize: pageSize, keptPart: keptPart))
    }
  }
}

/// Sends requests as programs do, but has lost patience when the server says ``Fault/timeout``.
private struct ImpatientTransport: HTTPTransport {
  private let base = AsyncHTTPTransport(environment: [:])

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let response = try await base.send(request)
    guard response.status != TestServer.timeoutStatus else {
      throw HTTPFailure(.timeout, "the server took too long to answer")
    }
    return response
  }
}
