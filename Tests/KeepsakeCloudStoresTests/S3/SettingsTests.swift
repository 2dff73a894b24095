@testable import KeepsakeCloudStores
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `Settings of AWS` {
  private let folder = TemporaryFolder()

  private func settings(
    _ environment: [String: String] = [:], config: String = ""
  ) async throws -> AWSSettings {
    try folder.write(config, to: ".aws/config")
    return try AWSSettings(
      environment: environment.merging(["HOME": folder.path]) { mine, _ in mine })
  }

  private func address(
    _ bucket: String, _ environment: [String: String] = [:], config: String = "", region: String
  ) async throws -> String {
    let endpoint = try S3Endpoint(
      bucket: bucket, settings: try await settings(environment, config: config))
    let address = endpoint.address(of: "root/a", region: region)
    return address.origin + address.path
  }

  @Test func `name the bucket's host by region`() async throws {
    #expect(
      try await address("b-1", region: "eu-west-1")
        == "https://b-1.s3.eu-west-1.amazonaws.com/root/a")
    #expect(
      try await address("b-1", region: "cn-north-1")
        == "https://b-1.s3.cn-north-1.amazonaws.com.cn/root/a")
    #expect(
      try await address("b.1", region: "eu-west-1")
        == "https://s3.eu-west-1.amazonaws.com/b.1/root/a")
  }

  @Test func `name another store, with the bucket in the path`() async throws {
    for environment in [
      ["AWS_ENDPOINT_URL_S3": "http://localhost:9000/", "AWS_ENDPOINT_URL": "http://x"],
      ["AWS_ENDPOINT_URL": "http://localhost:9000"],
    ] {
      #expect(
        try await address("b-1", environment, region: "auto") == "http://localhost:9000/b-1/root/a")
    }
    for config in [
      "[default]\nendpoint_url = http://localhost:9000",
      "[default]\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = http://localhost:9000",
    ] {
      #expect(
        try await address("b-1", config: config, region: "auto")
          == "http://localhost:9000/b-1/root/a")
    }
    let style = "[default]\ns3 =\n  addressing_style = virtual\n"
    #expect(
      try await address(
        "b-1", ["AWS_ENDPOINT_URL": "http://example.org"], config: style, region: "auto")
        == "http://b-1.example.org/root/a")
  }

  @Test func `name the region: the environment before the profile`() async throws {
    let config = "[default]\nregion = eu-west-1\n[profile lab]\nregion = us-west-2"
    #expect(try await settings(config: config).region == "eu-west-1")
    #expect(try await settings(["AWS_PROFILE": "lab"], config: config).region == "us-west-2")
    #expect(
      try await settings(["AWS_DEFAULT_REGION": "ap-east-1"], config: config).region == "ap-east-1")
  }

  @Test func `may have white space around them, as secrets of CI systems have`() async throws {
    var fixture = try await S3Fixture()
    fixture.environment["AWS_SESSION_TOKEN"] = "token"
    for name in fixture.environment.keys where name.hasPrefix("AWS_") {
      fixture.environment[name]? += "\r\n"
    }
    let store = try fixture.store()
    try await store.put([1], at: "a")
    #expect(try await store.contents(of: "a") == [1])
    #expect(try await settings(["AWS_PROFILE": " lab\n"]).profileName == "lab")
    #expect(try await settings(["AWS_REGION": " \n"]).region == nil)
  }

  @Test func `may be full of nonsense`() async throws {
    let settings = try await settings(config: "=\n[\n[]\n]\nx\n[default\nregion=a=b # c\n  y = z")
    #expect(settings.profile("default")?["region"] == "a=b")
  }
}

@Suite struct `An XML answer` {
  @Test func `has elements and text`() throws {
    let text =
      "<?xml version='1.0'?>\n<!-- c --><ns:A xmlns='u'><B>x &amp; &#x79;&#122;</B><B/>\n<C d='>'/></ns:A>"
      .replacing("'>'", with: "''")
    let root = try #require(XMLElement(parsing: Array(text.utf8)))
    #expect(root.name == "A")
    #expect(root.all("B").map(\.text) == ["x & yz", ""])
    #expect(root["C"] != nil && root["D"] == nil)
  }

  @Test(arguments: [
    "", "x", "<A>", "<A></B>", "<A>&x;</A>", "<A>&#xFFFFFFFF;</A>", "<A", "<>", "</A>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<A><B></A></B>",
    String(repeating: "<A>", count: 10_000),
  ])
  func `that is none is refused`(text: String) {
    #expect(XMLElement(parsing: Array(text.utf8)) == nil)
  }
}
