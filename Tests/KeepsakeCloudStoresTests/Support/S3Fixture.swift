import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport

/// A bucket of S3 whose credentials are in the environment.
struct S3Fixture: CloudFixture {
  let bucket: FakeS3
  let server: TestServer
  let folder = TemporaryFolder()
  let counter = RequestCounter()
  var environment: [String: String]

  init(_ bucket: FakeS3 = FakeS3()) async throws {
    self.bucket = bucket
    server = try await TestServer { bucket.respond($0) }
    environment = [
      "AWS_ENDPOINT_URL_S3": server.url, "AWS_ACCESS_KEY_ID": "AKID",
      "AWS_SECRET_ACCESS_KEY": "swordfish", "AWS_REGION": "us-east-1",
      "AWS_EC2_METADATA_DISABLED": "true", "HOME": folder.path,
    ]
  }

  func store(root: String = "root", bucket: String = "bucket") throws -> S3Store {
    try S3Store(bucket: bucket, root: root, options: options())
  }

  var scheme: RepositoryURL.Scheme { .s3 }
  var objectCount: Int { bucket.objects.count }
  var openUploadCount: Int { bucket.openUploadCount }
  func clear() { bucket.clear() }
  func damage(_ name: String) { bucket.damage(name) }
  func open(root: String) throws -> any CloudStore { try store(root: root) }
}
