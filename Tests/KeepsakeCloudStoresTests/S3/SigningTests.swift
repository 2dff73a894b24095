@testable import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeTestSupport
import Testing

/// The examples of the Amazon S3 API reference, "Authenticating Requests: Using the Authorization
/// Header", and vectors of AWS's Signature Version 4 test suite.
@Suite struct `A signature` {
  struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var request: RequestSigner.Request
    var signature: String

    var testDescription: String { name }
  }

  static let bucket = "examplebucket.s3.amazonaws.com"

  @Test(arguments: [
    Example(
      name: "GET object",
      request: .init(
        method: "GET", host: bucket, path: "/test.txt", headers: ["Range": "bytes=0-9"]),
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    Example(
      name: "PUT object",
      request: .init(
        method: "PUT", host: bucket, path: "/test$file.text",
        headers: [
          "Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY",
        ], payloadHash: Digests.sha256(Array("Welcome to Amazon S3.".utf8))),
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    Example(
      name: "GET bucket lifecycle",
      request: .init(method: "GET", host: bucket, path: "/", query: [("lifecycle", "")]),
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    Example(
      name: "list objects",
      request: .init(
        method: "GET", host: bucket, path: "/", query: [("prefix", "J"), ("max-keys", "2")]),
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
  ])
  func `of S3's documentation is made`(example: Example) throws {
    let signer = RequestSigner(
      credentials: AWSCredentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
      region: "us-east-1", service: "s3")
    let headers = signer.headers(
      of: example.request, at: literal(Timestamp("2013-05-24T00:00:00Z")))
    #expect(headers["Authorization"]?.hasSuffix("Signature=\(example.signature)") == true)
    #expect(headers["X-Amz-Date"] == "20130524T000000Z")
  }

  static let host = "example.amazonaws.com"

  @Test(arguments: [
    Example(
      name: "get-vanilla", request: .init(method: "GET", host: host, path: "/"),
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    Example(
      name: "get-vanilla-query-order-key-case",
      request: .init(
        method: "GET", host: host, path: "/", query: [("Param2", "value2"), ("Param1", "value1")]),
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    Example(
      name: "post-vanilla", request: .init(method: "POST", host: host, path: "/"),
      signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
  ])
  func `of the test suite is made`(example: Example) throws {
    let signer = RequestSigner(
      credentials: AWSCredentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
      region: "us-east-1", service: "service")
    let headers = signer.headers(
      of: example.request, at: literal(Timestamp("2015-08-30T12:36:00Z")))
    #expect(
      headers["Authorization"]
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=\(example.signature)"
    )
  }

  @Test func `covers the token of a session`() {
    let signer = RequestSigner(
      credentials: AWSCredentials(
        accessKeyID: "A", secretAccessKey: Secret("S"), sessionToken: Secret("T")),
      region: "eu-central-1", service: "s3")
    let headers = signer.headers(
      of: .init(method: "GET", host: "h", path: "/"), at: Timestamp(nanoseconds: 0))
    #expect(headers["X-Amz-Security-Token"] == "T")
    #expect(headers["Authorization"]?.contains("x-amz-security-token") == true)
  }

  @Test func `is of what is sent, for names with any characters`() {
    let request = RequestSigner.Request(
      method: "GET", host: "h", path: "/b/ü +%?/ä~", query: [("prefix", "a b/ü"), ("x", "")])
    #expect(request.encodedPath == "/b/%C3%BC%20%2B%25%3F/%C3%A4~")
    #expect(request.encodedQuery == "prefix=a%20b%2F%C3%BC&x=")
  }
}
