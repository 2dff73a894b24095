package import KeepsakeJSON
package import KeepsakeModel

/// A line that is written to the program, with its line feed.
package struct WireLine: Sendable, Equatable {
  /// The bytes of the line.
  package let bytes: [UInt8]

  private init(_ body: (inout JSONWriter) -> Void) {
    var writer = JSONWriter(indented: false)
    writer.object(body)
    bytes = writer.bytes + [0x0A]
  }

  /// The first line.
  package static func greeting(version: String) -> WireLine {
    WireLine { writer in
      writer.name("protocol")
      writer.integer(WireProtocol.version)
      writer.name("version")
      writer.string(version)
    }
  }

  /// The answer to a request; `body` writes the members of its object.
  package static func answer(_ id: Int64, _ body: (inout JSONWriter) -> Void) -> WireLine {
    reply(id, "ok", body)
  }

  /// One of several pieces of an answer.
  package static func part(_ id: Int64, _ body: (inout JSONWriter) -> Void) -> WireLine {
    reply(id, "part", body)
  }

  /// The answer to a request that could not be carried out.
  package static func failure(_ id: Int64, _ error: WireError) -> WireLine {
    reply(id, "error") { $0.error(error) }
  }

  private static func reply(
    _ id: Int64, _ kind: String, _ body: (inout JSONWriter) -> Void
  ) -> WireLine {
    WireLine { writer in
      writer.name("id")
      writer.integer(id)
      writer.name(kind)
      writer.object(body)
    }
  }

  /// An event.
  package static func event(_ event: WireEvent) -> WireLine {
    WireLine { writer in
      writer.name("event")
      switch event {
      case .loss(let experiment, let loss):
        writer.string("loss")
        writer.identifier("experiment", experiment.bits)
        writer.loss(loss)
      case .warning(let experiment, let text):
        writer.string("warning")
        writer.identifier("experiment", experiment?.bits)
        writer.text("text", text)
      case .progress(let done, let total):
        writer.string("progress")
        writer.name("done")
        writer.integer(done)
        writer.name("total")
        writer.integer(total)
      case .error(let error):
        writer.string("error")
        writer.error(error)
      }
    }
  }
}

extension JSONWriter {
  /// Writes a member with a text.
  package mutating func text(_ name: String, _ text: String) {
    self.name(name)
    string(text)
  }

  /// Writes a member with an identifier, or null.
  package mutating func identifier(_ name: String, _ identifier: Identifier?) {
    self.name(name)
    if let identifier { self.identifier(identifier) } else { null() }
  }

  /// Writes a member with a list of texts.
  package mutating func texts(_ name: String, _ texts: [String]) {
    self.name(name)
    array { writer in
      for text in texts {
        writer.element()
        writer.string(text)
      }
    }
  }

  /// Writes the member `losses`.
  package mutating func losses(_ losses: [WireLoss]) {
    name("losses")
    array { writer in
      for loss in losses {
        writer.element()
        writer.object { $0.loss(loss) }
      }
    }
  }

  fileprivate mutating func loss(_ loss: WireLoss) {
    identifier("checkpoint", loss.checkpoint?.bits)
    text("what", loss.what)
    text("why", loss.why)
    text("fix", loss.fix)
  }

  fileprivate mutating func error(_ error: WireError) {
    text("code", error.code.name)
    text("what", error.what)
    text("why", error.why)
    text("fix", error.fix)
  }
}
