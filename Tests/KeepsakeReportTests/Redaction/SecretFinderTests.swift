import Testing

@testable import KeepsakeReport

/// `text` without its secrets.
private func redacted(_ text: String, _ style: SecretFinder.Style) -> String {
  let bytes = Array(text.utf8)
  return Redactor.redacted(bytes.span, style: style).map {
    String(decoding: $0.bytes, as: UTF8.self)
  } ?? text
}

/// Credentials for tests, put together here so that no scanner of this repository finds them.
private enum Sample {
  static let amazonKey = "AKIA" + "IOSFODNN7EXAMPLE"
  static let amazonSecret = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
  static let google = "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"
  static let gitHub = "ghp" + "_0123456789abcdefghijABCDEFGHIJ012345"
  static let gitLab = "glpat" + "-abcDEF123456ghiJKL789"
  static let slack = "xoxb" + "-123456789012-abcdefGHIJKL"
  static let huggingFace = "hf" + "_AbCdEfGhIjKlMnOpQrStUvWxYz12345678"
  static let openAI = "sk" + "-proj-Ab12Cd34Ef56Gh78Ij90Kl12Mn34"
  static let stripe = "sk" + "_live_51Habc0123456789XYZ"
  static let webToken =
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
  static let all = [
    amazonKey, google, gitHub, gitLab, slack, huggingFace, openAI, stripe, webToken,
  ]
}

@Suite struct `Secrets in a text` {
  @Test(arguments: Sample.all)
  func `are known by their shape`(secret: String) {
    for style in [SecretFinder.Style.command, .value, .prose] {
      #expect(redacted(secret, style) == "[withheld]")
      #expect(redacted("see \(secret), please", style) == "see [withheld], please")
      #expect(redacted("say(\"\(secret)\")", style) == "say(\"[withheld]\")")
    }
  }

  @Test(arguments: [
    ("train.py --password=hunter2 --lr 0.1", "train.py --password=[withheld] --lr 0.1"),
    ("train.py --api-key abc --lr 0.1", "train.py --api-key [withheld] --lr 0.1"),
    ("train.py --token X", "train.py --token [withheld]"),
    ("curl -u me:hunter2 https://x.io", "curl -u [withheld] https://x.io"),
    ("git log --user ada -u", "git log --user ada -u"),
    ("train.py '--password=a b' --lr 0.1", "train.py '--password=[withheld]' --lr 0.1"),
    ("train.py --password 'it'\"'\"'s me' -x", "train.py --password [withheld] -x"),
    ("env WANDB_API_KEY=0a1b python train.py", "env WANDB_API_KEY=[withheld] python train.py"),
    (
      "curl -H 'Authorization: Bearer abc123' https://x.io",
      "curl -H 'Authorization: Bearer [withheld]' https://x.io"
    ),
    (
      "run --json '{\"password\": \"abc\", \"a\": 1}'",
      "run --json '{\"password\": \"[withheld]\", \"a\": 1}'"
    ),
  ])
  func `are known by the option before them`(command: String, expected: String) {
    #expect(redacted(command, .command) == expected)
  }

  @Test(arguments: [
    ("mysql -u root -phunter2 runs", "mysql -u root -p[withheld] runs"),
    ("mysqldump '-ph$nter2' runs > a.sql", "mysqldump '-p[withheld]' runs > a.sql"),
    ("/usr/bin/sshpass -p hunter2 ssh gpu", "/usr/bin/sshpass -p [withheld] ssh gpu"),
    ("sshpass -p'a b' ssh -p 2222 gpu", "sshpass -p[withheld] ssh -p 2222 gpu"),
    ("redis-cli -h cache -a hunter2 ping", "redis-cli -h cache -a [withheld] ping"),
    ("redis-cli --pass \"a b\"", "redis-cli --pass [withheld]"),
    ("curl -ume:hunter2 https://x.io", "curl -u[withheld] https://x.io"),
    ("curl -U me:hunter2 -x proxy", "curl -U [withheld] -x proxy"),
    ("wget --user=me:hunter2 https://x.io", "wget --user=[withheld] https://x.io"),
    ("wget --user=me --password=hunter2 x.io", "wget --user=me --password=[withheld] x.io"),
    ("http -a me:hunter2 POST x.io", "http -a [withheld] POST x.io"),
    ("http --auth=me:hunter2 x.io", "http --auth=[withheld] x.io"),
    ("psql postgresql://u:p@db/runs", "psql postgresql://[withheld]@db/runs"),
    ("PGPASSWORD=hunter2 psql -h db", "PGPASSWORD=[withheld] psql -h db"),
    ("REDISCLI_AUTH=hunter2 redis-cli", "REDISCLI_AUTH=[withheld] redis-cli"),
    ("docker login -u me -p hunter2 ghcr.io", "docker login -u me -p [withheld] ghcr.io"),
    ("mongodump -u me -p hunter2 -d runs", "mongodump -u me -p [withheld] -d runs"),
    ("ldapsearch -x -w hunter2", "ldapsearch -x -w [withheld]"),
    ("smbclient //host/a -U me%hunter2", "smbclient //host/a -U [withheld]"),
    ("openssl enc -passin pass:hunter2 -in a", "openssl enc -passin [withheld] -in a"),
    ("unzip -P hunter2 data.zip", "unzip -P [withheld] data.zip"),
    (
      "mysql -u root \\\n  -phunter2 && sshpass -p hunter3 ssh gpu",
      "mysql -u root \\\n  -p[withheld] && sshpass -p [withheld] ssh gpu"
    ),
  ])
  func `are known by the program that takes them`(command: String, expected: String) {
    #expect(redacted(command, .command) == expected)
    #expect(redacted(command, .prose) == expected)
  }

  @Test(arguments: [
    "python train.py -p 8080", "python train.py -p fp16 -a relu -u 4", "python -u train.py",
    "docker run -p 8080:80 image login", "ssh -p 2222 host", "mysql -u root -p runs",
    "mysql -p$PASSWORD runs", "sshpass -p <password> ssh gpu", "sshpass -e ssh -p 22 host",
    "mkdir -p out && mysql -p runs", "curl -u me https://x.io", "wget --user=me x.io",
    "redis-cli -h cache; python train.py -a relu", "redis-cli -a [withheld]", "unzip -p data.zip a",
    "the http -1 and mysql", "rsync -a out/ host:/runs", "mysql",
  ])
  func `are none where no program takes them`(command: String) {
    #expect(redacted(command, .command) == command)
    #expect(redacted(command, .prose) == command)
  }

  @Test func `are known in the link of a note`() {
    #expect(
      redacted("See [it](https://u:p@host/?token=hunter16), please.", .prose)
        == "See [it](https://[withheld]@host/?token=[withheld]), please.")
  }

  @Test(arguments: [
    ("https://user:pass@host/x", "https://[withheld]@host/x"),
    ("postgresql://u:p%40ss@db:5432/runs", "postgresql://[withheld]@db:5432/runs"),
    ("redis://:secret@cache", "redis://[withheld]@cache"),
    ("https://u:pa/ss@host/x", "https://[withheld]@host/x"),
    ("https://0123456789abcdef0123456789abcdef@host/x.git", "https://[withheld]@host/x.git"),
    ("https://host/x?access_token=abc&y=1", "https://host/x?access_token=[withheld]&y=1"),
    ("https://host/x?X-Amz-Signature=0a1b", "https://host/x?X-Amz-Signature=[withheld]"),
    ("https://host/x?sv=2020&sig=a%2Bb", "https://host/x?sv=2020&sig=[withheld]"),
    (
      "https://" + "hooks.slack.com/services/T0000/B0000/abcdefgh12345678", "https://[withheld]"
    ),
    (
      "AccountName=a;AccountKey=abcDEF==;Endpoint=b",
      "AccountName=a;AccountKey=[withheld]"
    ),
  ])
  func `are known in URLs`(url: String, expected: String) {
    #expect(redacted(url, .value) == expected)
  }

  @Test(arguments: [
    ("password = \"hunter2\"", "password = \"[withheld]\""),
    ("config['api_key'] = 'abc'", "config['api_key'] = '[withheld]'"),
    ("db_password: correcthorse\n", "db_password: [withheld]\n"),
    ("export HF_TOKEN=abc123def456\n", "export HF_TOKEN=[withheld]\n"),
    ("token = \"0a1b2c3d4e5f\"", "token = \"[withheld]\""),
    ("The password: s3cret.", "The password: [withheld]."),
    ("\"client_secret\": \"abc\",", "\"client_secret\": \"[withheld]\","),
  ])
  func `are known in code and prose`(line: String, expected: String) {
    #expect(redacted(line, .prose) == expected)
  }

  @Test func `are private keys from end to end`() {
    let key = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----"
    #expect(redacted("a\n\(key)\nb", .prose) == "a\n[withheld]\nb")
    #expect(redacted("a\n" + key.prefix(50), .prose) == "a\n[withheld]")
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----"
    #expect(redacted(certificate, .prose) == certificate)
  }

  @Test func `are 40 digits behind the word secret`() {
    let text = "Our secret is \(Sample.amazonSecret)."
    #expect(redacted(text, .prose) == "Our secret is [withheld].")
    let alone = "It is \(Sample.amazonSecret)."
    #expect(redacted(alone, .prose) == alone)
  }

  @Test(arguments: [
    "3f1c9a7be02d4c5f8a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f",
    "sha256:3f1c9a7be02d4c5f8a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f",
    "3f1c9a7be02d4c5f8a6b7c8d9e0f1a2b3c4d5e6f",
    "s3://bucket/path/to/data@v1.csv", "gs://bucket/2026/iris.csv",
    "https://github.com/example/iris", "ssh://git@github.com/example/iris.git",
    "git@github.com:example/iris.git", "https://host:8080/a?mail=a@b.c",
    "/home/maria/projects/2026/experiments/very/long/path/to/Some/Model0123456789/weights.safetensors",
    "python train.py --max_tokens 512 --tokenizer=bert-base --token_count=7 --pad-token '<pad>'",
    "--password-file /run/secrets/db --learning-rate 0.1", "sk-learn-contrib-lightning-something",
    "2026-11-23T12:00:00Z", "https://[withheld]@host/x", "password=", "password=[withheld]",
    "scikit-learn==1.5.2+cu121", "val/loss < 0.1: better",
  ])
  func `are nothing else`(text: String) {
    #expect(redacted(text, .value) == text)
    #expect(redacted(text, .command) == text)
    #expect(redacted(text, .prose) == text)
  }

  @Test(arguments: [
    "token = tokens[i]", "for token in tokenizer.encode(text):",
    "def login(password: str) -> None:",
    "login(password=password)", "password = os.environ[\"DB_PASSWORD\"]",
    "api_key=args.api_key", "token: int = 0", "PASSWORD=$DB_PASSWORD", "secret = get_secret(name)",
    "pad_token = \"<pad>\"", "api_key = \"<your key>\"",
    "The secret: we used dropout, and it helped.",
  ])
  func `are no program code`(line: String) {
    #expect(redacted(line, .prose) == line)
  }

  @Test(arguments: [
    "password", "db_password", "DB_PASSWD", "dbPassword", "aws.secret_access_key", "apiKey",
    "APIKey", "OPENAI_API_KEY", "client-secret", "private_key", "hf_token", "credentials",
    "github_token", "password2", "secrets",
  ])
  func `are told by names`(name: String) {
    #expect(SecretName(name) == .telling)
  }

  @Test(arguments: [
    "token_count", "max_tokens", "tokenizer", "tokens", "pad_token", "eos_token_id", "key",
    "keys", "num_keys", "secret_name", "password_file", "passes", "author", "monkey",
    "accessories", "token_type", "compass", "keyboard",
  ])
  func `are not told by other names`(name: String) {
    #expect(SecretName(name) == .harmless)
  }
}
