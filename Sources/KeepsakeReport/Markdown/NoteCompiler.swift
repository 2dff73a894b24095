internal import KeepsakeModel

/// Turns notes into markup: links resolve to pages, pictures come from snapshots, and fenced
/// blocks called `chart`, `table` and `diff` become the live thing.
struct NoteCompiler: Sendable {
  let context: SiteContext
  let resolver: ReferenceResolver

  init(_ context: SiteContext) {
    self.context = context
    resolver = ReferenceResolver(context.overview)
  }

  /// Compiles a note. What does not resolve stays visible, is marked, and becomes a problem.
  func compile(_ source: NoteSource) async throws -> CompiledNote {
    // The document cannot be kept while pictures are fetched, so it is read twice.
    let pictures = await pictures(of: source)
    let files = try await files(of: source)
    var note = CompiledNote()
    let document = MarkdownDocument(source.markdown)
    var blockCount = 0
    // Of the heading above: the page has two levels of its own.
    var level: Int32 = 2
    for node in document.nodes() {
      switch node.kind {
      case .heading: level = node.lowerHeading(by: 2, after: level)
      case .rawHTML: node.remove()
      case .link: compile(link: node, of: source, into: &note)
      case .image: compile(image: node, of: source, pictures: pictures, into: &note)
      case .codeBlock:
        guard let kind = LiveBlock.Kind(info: node.info) else { continue }
        blockCount += 1
        compile(
          block: node, kind: kind, id: "\(source.idPrefix)-\(blockCount)", of: source,
          files: files[blockCount] ?? ComparedFiles([]), into: &note)
      }
    }
    note.html = document.html
    return note
  }

  // MARK: - Links

  private func compile(
    link node: MarkdownNode, of source: NoteSource, into note: inout CompiledNote
  ) {
    let destination = node.destination
    do throws(ReferenceResolver.Failure) {
      if let target = try resolver.target(of: destination) {
        guard let page = resolver.page(of: target) else {
          throw ReferenceResolver.Failure("\(destination) has no page of its own in this report")
        }
        node.replaceText(destination, with: resolver.label(of: target))
        node.destination = source.root + page
      } else if let reason = Self.objection(to: destination) {
        throw ReferenceResolver.Failure(reason)
      }
    } catch {
      mark(node, reason: error.reason, of: source, isShown: true, into: &note)
    }
  }

  /// Why a link is not kept; `nil` for links to other sites and into the page.
  private static func objection(to destination: String) -> String? {
    if destination.hasPrefix("#") { return nil }
    let scheme = destination.prefix { $0 != ":" && $0 != "/" && $0 != "?" && $0 != "#" }
    guard scheme.endIndex < destination.endIndex, destination[scheme.endIndex] == ":" else {
      return destination.isEmpty
        ? "a link has no destination" : "\(destination) is not part of this site"
    }
    switch scheme.lowercased() {
    case "http", "https", "mailto": return nil
    default: return "links to \(scheme): are not allowed"
    }
  }

  private func mark(
    _ node: MarkdownNode, reason: String, of source: NoteSource, isShown: Bool,
    into note: inout CompiledNote
  ) {
    note.problems.append(problem(reason, line: node.line, of: source, isShown: isShown))
    var (before, after) = (ByteBuffer(), ByteBuffer())
    before.append("<span class=\"unresolved\" title=\"")
    before.append(text: reason)
    before.append("\">")
    after.append("</span>")
    node.wrap(before, after)
  }

  /// - Parameter isShown: whether readers still see what was meant, if not as it was meant.
  private func problem(
    _ reason: String, line: Int, of source: NoteSource, isShown: Bool
  ) -> Problem {
    Problem(
      place: "\(source.place):\(line)", reason: reason,
      experiment: source.experiment.map { context.overview.experiments[$0].experiment.id },
      isHarmless: isShown)
  }

  // MARK: - Pictures

  /// The files that a note shows, by destination; `nil` for a file that is no picture.
  private func pictures(of source: NoteSource) async -> [String: SiteFile?] {
    var pictures: [String: SiteFile?] = [:]
    for destination in Self.pictureDestinations(source.markdown) where pictures[destination] == nil
    {
      guard let target = target(ofPicture: destination, in: source) else { continue }
      for snapshot in resolver.snapshots(of: target) {
        let bytes = await context.input.snapshots.contents(
          of: target.path, in: snapshot, limit: Picture.byteLimit)
        guard let bytes else { continue }
        pictures.updateValue(Picture(bytes)?.file, forKey: destination)
        break
      }
    }
    return pictures
  }

  private static func pictureDestinations(_ markdown: String) -> [String] {
    guard markdown.contains("![") else { return [] }
    let document = MarkdownDocument(markdown)
    return document.nodes().filter { $0.kind == .image }.map(\.destination)
  }

  /// A file of a snapshot: `experiment:PREFIX/PATH`, `checkpoint:PREFIX/PATH`, or in an
  /// experiment's own note just `PATH`.
  private func target(
    ofPicture destination: String, in source: NoteSource
  ) -> ReferenceResolver.Target? {
    if let target = try? resolver.target(of: destination) {
      return target.path.isEmpty ? nil : target
    }
    guard let experiment = source.experiment, !destination.contains(":"), !destination.isEmpty,
      !destination.hasPrefix("/")
    else { return nil }
    var path = Substring(destination)
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    return ReferenceResolver.Target(experiment: experiment, path: String(path))
  }

  private func compile(
    image node: MarkdownNode, of source: NoteSource, pictures: [String: SiteFile?],
    into note: inout CompiledNote
  ) {
    let destination = node.destination
    if let file = pictures[destination] ?? nil {
      node.destination = source.root + file.path
      if !note.files.contains(where: { $0.path == file.path }) { note.files.append(file) }
      return
    }
    let scheme = destination.lowercased()
    if scheme.hasPrefix("https://") || scheme.hasPrefix("http://") {
      // Nothing is loaded from elsewhere.
      if node.isInsideLink {
        node.wrap(ByteBuffer(), ByteBuffer())
      } else {
        node.replaceByLink(to: destination)
      }
      return
    }
    let reason: String
    do {
      let target = try resolver.target(of: destination)
      reason =
        target == nil && destination.contains(":")
        ? "pictures from \(destination.prefix { $0 != ":" }): are not shown"
        : pictures[destination] != nil
          ? "\(destination) is no PNG, JPEG, GIF or WebP picture"
          : """
          \(destination) is missing from the snapshots that are at hand, or has more than \
          \(Picture.byteLimit / 1_000_000) MB
          """
    } catch {
      reason = error.reason
    }
    mark(node, reason: reason, of: source, isShown: false, into: &note)
  }

  // MARK: - Live blocks

  /// What the experiments of each block of differences saved, by the block's number.
  private func files(of source: NoteSource) async throws -> [Int: ComparedFiles] {
    var files: [Int: ComparedFiles] = [:]
    for (block, positions) in compared(in: source) {
      files[block] = try await ComparedFiles.load(
        positions.map { context.overview.experiments[$0].experiment },
        from: context.input.snapshots)
    }
    return files
  }

  private func compared(in source: NoteSource) -> [(block: Int, positions: [Int])] {
    var (blocks, count) = ([(Int, [Int])](), 0)
    guard source.markdown.contains("diff") else { return blocks }
    let document = MarkdownDocument(source.markdown)
    for (info, text) in document.codeBlocks {
      guard let kind = LiveBlock.Kind(info: info) else { continue }
      count += 1
      // What is wrong with a block is said when it is compiled.
      guard kind == .diff, let block = try? LiveBlock(kind: kind, text: text) else { continue }
      let positions = block.compared(
        experiment: source.experiment, context: context, resolver: resolver)
      if positions.count > 1 { blocks.append((count, positions)) }
    }
    return blocks
  }

  private func compile(
    block node: MarkdownNode, kind: LiveBlock.Kind, id: String, of source: NoteSource,
    files: ComparedFiles, into note: inout CompiledNote
  ) {
    do {
      let block = try LiveBlock(kind: kind, text: node.literal)
      let (markup, warnings) = try block.markup(
        id: id, root: source.root, experiment: source.experiment, context: context,
        resolver: resolver, files: files)
      var buffer = ByteBuffer()
      for warning in warnings {
        note.problems.append(
          problem(warning.reason, line: node.line + warning.line, of: source, isShown: true))
        buffer.append(complaint: warning.reason)
      }
      buffer.append(markup: markup.bytes)
      node.replaceBlock(by: buffer)
    } catch {
      note.problems.append(
        problem(error.reason, line: node.line + error.line, of: source, isShown: false))
      var message = ByteBuffer()
      message.append(complaint: error.reason)
      node.insertBefore(message)
    }
  }
}

extension ByteBuffer {
  /// Appends what is wrong with the block that follows.
  fileprivate mutating func append(complaint reason: String) {
    append("<p class=\"unresolved-block\">")
    append(text: reason)
    append("</p>\n")
  }
}
