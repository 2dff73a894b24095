import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport

/// A store in a bucket of a server on this machine, and what a test does with both.
struct S3Fixture: Sendable {
  let bucket: FakeS3
  let server: TestServer
  let folder = TemporaryFolder()
  let counter = RequestCounter()
  var environment: [String: String]

  /// How long an answer may take. Short only where there is none: a busy machine is slow.
  var idle = Duration.seconds(20)

  init(_ bucket: FakeS3 = FakeS3()) async throws {
    self.bucket = bucket
    server = try await TestServer { bucket.respond($0) }
    environment = [
      "AWS_ENDPOINT_URL_S3": server.url, "AWS_ACCESS_KEY_ID": "AKID",
      "AWS_SECRET_ACCESS_KEY": "swordfish", "AWS_REGION": "us-east-1",
      "AWS_EC2_METADATA_DISABLED": "true", "HOME": folder.path,
    ]
  }

  /// What a store is made with: pauses take no time, parts are small.
  func options(
    now: @escaping @Sendable () -> Timestamp = { .systemClock() }
  ) -> CloudOptions {
    var limits = AsyncHTTPTransport.Limits()
    limits.idle = idle
    let clock = RetryClock(now: { .now }, sleep: { _ in true }, random: { 0.5 })
    var options = CloudOptions(
      environment: environment,
      runner: RequestRunner(
        transport: AsyncHTTPTransport(environment: [:], limits: limits), counter: counter,
        clock: clock),
      now: now, scratchFolder: "\(folder.path)/scratch", spoolFolder: "\(folder.path)/spool")
    options.parts.byteCount = 1 << 20
    return options
  }

  func store(root: String = "root", bucket: String = "bucket") -> S3Store {
    S3Store(bucket: bucket, root: root, options: options())
  }
}
