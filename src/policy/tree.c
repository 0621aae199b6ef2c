#include "tree.h"

#include <errno.h>
#include <yaml.h>

/* ---- what it may be written in ----------------------------------------------------- */

/* The byte order mark of UTF-8 that these begin with: its length, or 0. */
static size_t policy_mark(const char *bytes, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf";

	return len >= sizeof(mark) - 1 && !memcmp(bytes, mark, sizeof(mark) - 1) ? sizeof(mark) - 1
										 : 0;
}

/* One character of UTF-8 (RFC 3629) and its width; 0: there is none. */
static size_t decode(const unsigned char *at, size_t left, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	static const unsigned char widths[32] = {[0 ... 15] = 1,
						 [24 ... 27] = 2,
						 [28 ... 29] = 3,
						 [30] = 4}; /* by its first five bits */
	size_t width = widths[at[0] >> 3];

	if (!width || width > left)
		return 0;
	uint32_t value = width == 1 ? at[0] : at[0] & (0x7fu >> width);
	for (size_t i = 1; i < width; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		value = value << 6 | (at[i] & 0x3fu);
	}
	*ret = value;
	return value < least[width] || value > 0x10ffff || value >> 11 == 0x1b ? 0 : width;
}

/*
 * What YAML 1.1 lets stand in a file, without what would make it look like another: line breaks
 * that editors show as none, marks that turn the direction of text, invisible ones.
 */
static bool tree_is_fine(uint32_t value)
{
	static const struct {
		uint32_t first, last;
	} faults[] = {
		{0x00, 0x08},	  {0x0b, 0x0c},	    {0x0e, 0x1f},
		{0x7f, 0x9f},	  {0x200b, 0x200f}, {0x2028, 0x202e},
		{0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfffe, 0xffff},
	};

	for (size_t i = 0; i < PM_COUNT(faults); i++)
		if (value >= faults[i].first && value <= faults[i].last)
			return false;
	return true;
}

/* Refuse what is not UTF-8, and what an editor would not show as it is read. */
static int policy_characters(const struct parse *parse, const char *bytes, size_t len)
{
	struct yaml_mark place = {1, 1};
	uint32_t value, before = 0;

	for (size_t at = 0, width; at < len; at += width, before = value) {
		width = decode((const unsigned char *)bytes + at, len - at, &value);
		if (!width)
			return policy_fault(parse, place, "the byte 0x%02x is not UTF-8 here",
					    (unsigned char)bytes[at]);
		if (!tree_is_fine(value))
			return policy_fault(parse, place,
					    "the character U+%04X has no place in a policy",
					    (unsigned)value);
		place.column++;
		if (value == '\r' || (value == '\n' && before != '\r'))
			place.line++;
		if (value == '\r' || value == '\n')
			place.column = 1;
	}
	return 0;
}

/* ---- the tree ---------------------------------------------------------------------- */

/*
 * A policy has five levels, and some ten nodes for a rule. "[a,a,a" has one for every two bytes: it
 * would take a hundred times its size in memory.
 */
enum { DEPTH_MAX = 8, NODES_MAX = 200000 };

struct tree {
	const struct parse *parse;
	struct pm_arena *arena;
	yaml_parser_t parser;
	struct yaml_node *open[DEPTH_MAX]; /* the lists and mappings that have begun */
	size_t depth, documents, nodes;
	struct yaml_node *root;
};

int policy_fault(const struct parse *parse, struct yaml_mark place, const char *format, ...)
{
	char text[sizeof(parse->err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return pm_fail(parse->err, -EINVAL, "%s:%zu:%zu: %s", parse->path, place.line, place.column,
		       text);
}

static struct yaml_mark tree_place_of(yaml_mark_t mark)
{
	return (struct yaml_mark){mark.line + 1, mark.column + 1};
}

/* What libyaml says, and within what it was. */
static int syntax_fault(const struct tree *tree)
{
	const yaml_parser_t *parser = &tree->parser;
	struct yaml_mark place = tree_place_of(parser->problem_mark);

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (!parser->context)
		return policy_fault(tree->parse, place, "%s", parser->problem);
	return policy_fault(tree->parse, place, "%s %s that begins on line %zu", parser->problem,
			    parser->context, parser->context_mark.line + 1);
}

/* Add a node to the list or mapping that is open, or make it the root. */
static struct yaml_node *add_node(struct tree *tree, enum node_kind kind, const yaml_event_t *event)
{
	struct yaml_node *above = tree->depth ? tree->open[tree->depth - 1] : NULL;
	struct yaml_node *node = pm_arena_alloc(tree->arena, 1, sizeof(*node));

	if (!node)
		return NULL;
	tree->nodes++;
	node->kind = kind;
	node->place = tree_place_of(event->start_mark);
	node->key = "policy";
	if (!above) {
		tree->root = node;
		return node;
	}
	if (above->kind == NODE_LIST)
		node->key = above->key;
	else if (above->count % 2 && above->last->kind == NODE_TEXT)
		node->key = above->last->text;
	if (above->last)
		above->last->next = node;
	else
		above->first = node;
	above->last = node;
	above->count++;
	return node;
}

static int add_text(struct tree *tree, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct yaml_node *node = add_node(tree, NODE_TEXT, event);

	if (!node)
		return -ENOMEM;
	if (memchr(text, '\0', len))
		return policy_fault(tree->parse, node->place, "a NUL byte stands in this text");
	node->text = pm_arena_copy(tree->arena, text, len);
	node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return node->text ? 0 : -ENOMEM;
}

static int open_node(struct tree *tree, enum node_kind kind, const yaml_event_t *event)
{
	if (tree->depth == DEPTH_MAX)
		return policy_fault(tree->parse, tree_place_of(event->start_mark),
				    "lists and mappings are nested deeper than %d here", DEPTH_MAX);
	struct yaml_node *node = add_node(tree, kind, event);
	if (!node)
		return -ENOMEM;
	tree->open[tree->depth++] = node;
	return 0;
}

/* One that is told of, or NULL. */
static const char *unwanted_in(const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (event->type == YAML_ALIAS_EVENT)
		return "an alias (*)";
	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	if (anchor)
		return "an anchor (&)";
	return tag ? "a tag (!)" : NULL;
}

static int take_event(struct tree *tree, const yaml_event_t *event)
{
	const char *unwanted = unwanted_in(event);

	if (tree->nodes > NODES_MAX)
		return policy_fault(tree->parse, tree_place_of(event->start_mark),
				    "more than %d texts, lists and mappings", NODES_MAX);
	if (unwanted)
		return policy_fault(tree->parse, tree_place_of(event->start_mark),
				    "%s has no place in a policy", unwanted);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (tree->documents++)
			return policy_fault(tree->parse, tree_place_of(event->start_mark),
					    "a second document begins here; a policy is one");
		return 0;
	case YAML_SCALAR_EVENT:
		return add_text(tree, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(tree, NODE_LIST, event);
	case YAML_MAPPING_START_EVENT:
		return open_node(tree, NODE_MAP, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		tree->depth--;
		return 0;
	default:
		return 0;
	}
}

static int read_events(struct tree *tree)
{
	for (bool at_end = false; !at_end;) {
		yaml_event_t event;

		if (!yaml_parser_parse(&tree->parser, &event))
			return syntax_fault(tree);
		at_end = event.type == YAML_STREAM_END_EVENT;
		int r = take_event(tree, &event);
		yaml_event_delete(&event);
		if (r < 0)
			return r;
	}
	if (!tree->root)
		return policy_fault(tree->parse, (struct yaml_mark){1, 1},
				    "there is no policy in it");
	return 0;
}

int policy_tree(const struct parse *parse, const char *bytes, size_t len, struct yaml_node **ret)
{
	struct tree tree = {.parse = parse, .arena = &parse->policy->arena};
	size_t mark = policy_mark(bytes, len);
	int r = policy_characters(parse, bytes + mark, len - mark);

	if (r < 0)
		return r;
	if (!yaml_parser_initialize(&tree.parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&tree.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&tree.parser, (const unsigned char *)bytes + mark, len - mark);
	r = read_events(&tree);
	yaml_parser_delete(&tree.parser);
	*ret = tree.root;
	return r;
}
