internal import CCMark

/// A parsed Markdown document: the only place that touches libcmark.
///
/// Nodes are valid as long as their document. Raw HTML never reaches the output, and what is
/// inserted as markup is markup that this module made.
// SAFETY: the tree is freed with the value and nothing outside this file sees pointers.
@safe struct MarkdownDocument: ~Copyable {
  private let root: OpaquePointer

  /// Parses CommonMark. Control characters, which HTML forbids, are dropped; those that turn text
  /// around are spelled out, as on all pages.
  init(_ text: String) {
    let bytes = ByteBuffer.spellingOutTurns(in: text).utf8.filter {
      $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 9
    }
    // SAFETY: the parser copies the bytes and always returns a document.
    unsafe root = bytes.withUnsafeBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        guard
          let root = unsafe cmark_parse_document(
            characters.baseAddress, characters.count, CMARK_OPT_VALIDATE_UTF8)
        else { preconditionFailure("libcmark aborts the process before it returns nothing") }
        return unsafe root
      }
    }
  }

  deinit { unsafe cmark_node_free(root) }

  /// The document as HTML, without raw HTML and without links that could run a script. Code scrolls
  /// by the keyboard too.
  var html: ByteBuffer {
    var buffer = ByteBuffer()
    guard let text = unsafe cmark_render_html(root, CMARK_OPT_SAFE) else { return buffer }
    // SAFETY: the renderer returns a terminated text that the caller frees.
    unsafe buffer.append(
      markup: String(cString: text).replacing("<pre><code", with: "<pre tabindex=\"0\"><code"))
    unsafe MarkdownMemory.release(text)
    return buffer
  }

  /// The code blocks, in document order: the words after the fence, and the text.
  var codeBlocks: [(info: String, text: String)] {
    nodes().filter { $0.kind == .codeBlock }.map { ($0.info, $0.literal) }
  }

  /// The nodes that a note's compilation looks at, in document order.
  func nodes() -> [MarkdownNode] {
    guard let iterator = unsafe cmark_iter_new(root) else { return [] }
    defer { unsafe cmark_iter_free(iterator) }
    var nodes: [MarkdownNode] = []
    while true {
      let event = unsafe cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return nodes }
      guard event == CMARK_EVENT_ENTER, let pointer = unsafe cmark_iter_get_node(iterator),
        let kind = unsafe MarkdownNode.Kind(cmark_node_get_type(pointer))
      else { continue }
      unsafe nodes.append(MarkdownNode(kind: kind, pointer: pointer))
    }
  }
}

/// A node of a document; it must not outlive the document.
// SAFETY: all uses are within the scope of the document that the node came from.
@safe struct MarkdownNode {
  /// The kinds of nodes that are looked at.
  enum Kind {
    case heading
    case link
    case image
    case codeBlock
    case rawHTML

    fileprivate init?(_ type: cmark_node_type) {
      switch type {
      case CMARK_NODE_HEADING: self = .heading
      case CMARK_NODE_LINK: self = .link
      case CMARK_NODE_IMAGE: self = .image
      case CMARK_NODE_CODE_BLOCK: self = .codeBlock
      case CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE: self = .rawHTML
      default: return nil
      }
    }
  }

  /// The node's kind.
  let kind: Kind

  private let pointer: OpaquePointer

  fileprivate init(kind: Kind, pointer: OpaquePointer) {
    self.kind = kind
    unsafe self.pointer = pointer
  }

  /// The line of the source that the node, or the block around it, starts in.
  var line: Int {
    var node: OpaquePointer? = unsafe pointer
    while let current = unsafe node {
      let line = unsafe cmark_node_get_start_line(current)
      if line > 0 { return Int(line) }
      unsafe node = cmark_node_parent(current)
    }
    return 1
  }

  /// The destination of a link or an image.
  var destination: String {
    // SAFETY: libcmark returns terminated texts that live as long as the node.
    get { unsafe cmark_node_get_url(pointer).map { unsafe String(cString: $0) } ?? "" }
    nonmutating set { _ = unsafe cmark_node_set_url(pointer, newValue) }
  }

  /// The text of a code block.
  var literal: String {
    unsafe cmark_node_get_literal(pointer).map { unsafe String(cString: $0) } ?? ""
  }

  /// The words after the opening fence of a code block.
  var info: String {
    unsafe cmark_node_get_fence_info(pointer).map { unsafe String(cString: $0) } ?? ""
  }

  /// Moves a heading down, to at most one level below the heading before it: an outline has no
  /// gaps. Returns the new level.
  func lowerHeading(by levels: Int32, after previous: Int32) -> Int32 {
    let level = unsafe cmark_node_get_heading_level(pointer)
    let lowered = min(6, level + levels, previous + 1)
    _ = unsafe cmark_node_set_heading_level(pointer, lowered)
    return lowered
  }

  /// The text of a link that shows nothing but its destination.
  func replaceText(_ old: String, with new: String) {
    guard let child = unsafe cmark_node_first_child(pointer),
      unsafe cmark_node_next(child) == nil, unsafe cmark_node_get_type(child) == CMARK_NODE_TEXT,
      let literal = unsafe cmark_node_get_literal(child), unsafe String(cString: literal) == old
    else { return }
    _ = unsafe cmark_node_set_literal(child, new)
  }

  /// Whether the node stands inside a link.
  var isInsideLink: Bool {
    var node = unsafe cmark_node_parent(pointer)
    while let current = unsafe node {
      if unsafe cmark_node_get_type(current) == CMARK_NODE_LINK { return true }
      unsafe node = cmark_node_parent(current)
    }
    return false
  }

  /// Removes the node with all below it.
  func remove() {
    unsafe cmark_node_unlink(pointer)
    unsafe cmark_node_free(pointer)
  }

  /// Turns an image into a link to it.
  func replaceByLink(to destination: String) {
    guard let link = unsafe cmark_node_new(CMARK_NODE_LINK) else { return }
    _ = unsafe cmark_node_set_url(link, destination)
    unsafe replace(by: link)
  }

  /// Keeps what is inside the node, between two pieces of markup.
  func wrap(_ before: ByteBuffer, _ after: ByteBuffer) {
    guard let node = unsafe cmark_node_new(CMARK_NODE_CUSTOM_INLINE) else { return }
    _ = unsafe cmark_node_set_on_enter(node, before.text)
    _ = unsafe cmark_node_set_on_exit(node, after.text)
    unsafe replace(by: node)
  }

  /// Puts markup in place of a block.
  func replaceBlock(by markup: ByteBuffer) {
    guard let node = unsafe cmark_node_new(CMARK_NODE_CUSTOM_BLOCK) else { return }
    _ = unsafe cmark_node_set_on_enter(node, markup.text)
    if unsafe cmark_node_replace(pointer, node) == 1 {
      unsafe cmark_node_free(pointer)
    } else {
      unsafe cmark_node_free(node)
    }
  }

  /// Puts markup before a block.
  func insertBefore(_ markup: ByteBuffer) {
    guard let node = unsafe cmark_node_new(CMARK_NODE_CUSTOM_BLOCK) else { return }
    _ = unsafe cmark_node_set_on_enter(node, markup.text)
    if unsafe cmark_node_insert_before(pointer, node) == 0 { unsafe cmark_node_free(node) }
  }

  private func replace(by node: OpaquePointer) {
    guard unsafe cmark_node_insert_before(pointer, node) == 1 else {
      return unsafe cmark_node_free(node)
    }
    while let child = unsafe cmark_node_first_child(pointer) {
      if unsafe cmark_node_append_child(node, child) == 0 { unsafe cmark_node_unlink(child) }
    }
    remove()
  }
}

private enum MarkdownMemory {
  /// Frees a text that libcmark allocated.
  static func release(_ text: UnsafeMutablePointer<CChar>) {
    let memory = unsafe cmark_get_default_mem_allocator()
    unsafe memory?.pointee.free(text)
  }
}
