import { NOT_LOADED } from './fact-source.ts';
import { AND, Formulas, NOT, OR, SET, STORED, VERDICT } from './formulas.ts';
import { Grounder } from './grounder.ts';
import type { Inquiry } from './inquiry.ts';
import { type Node, Nodes, UNGROUNDED } from './nodes.ts';
import { settleCycles } from './settle-cycles.ts';
import {
  CYCLE,
  MEMBER,
  merge,
  NOT_MEMBER,
  negate,
  OUT_OF_DEPTH,
  OUT_OF_STEPS,
  UNLOADED,
  type Verdict,
} from './verdict.ts';

/** An operator whose operands are being evaluated. */
interface Frame {
  operation: number;
  /** Where its operands end. */
  end: number;
  verdict: Verdict;
  /** The budget that `verdict` needs, seen from the node. */
  needed: number;
  /** The operator's own need. */
  need: number;
  node: Node;
  /** What is left of the depth at the node. */
  budget: number;
  /** Whether this is the outermost operator of the node. */
  isNode: boolean;
  /** Where to go on after an operand that is a frame of its own. */
  next: number;
}

/**
 * Determines memberships of one subject, over a source of facts. Results are kept for all
 * questions, by the depth that was left: a definite one holds for as much or more, an unknown
 * for as much or less. No input overflows the stack, as the ways are kept in an array.
 *
 * It goes depth first and takes a set that it meets within itself for unknown. Where that
 * matters the cycle as a whole decides (`settleCycles`).
 */
export class Evaluation {
  readonly nodes: Nodes = new Nodes();
  readonly formulas: Formulas = new Formulas();
  readonly #grounder: Grounder;
  #inquiry: Inquiry;
  #maxSteps: number;
  readonly #frames: Frame[] = [];
  #height = 0;
  #at = 0;
  #run = 1;
  #steps = 0;
  #question = 0;
  /** The object of the latest question. */
  #object = 0;
  #depth = 0;
  #verdict: Verdict | undefined;
  /** The node that is entered with `#entryBudget` as soon as its formula is finished. */
  #entered: Node | undefined;
  #entryBudget = 0;
  #settling: Generator<number, Verdict> | undefined;

  /** `maxSteps` is how many steps all questions together may take. */
  constructor({ maxSteps, ...inquiry }: Inquiry & { maxSteps: number }) {
    this.#inquiry = inquiry;
    this.#maxSteps = maxSteps;
    this.#grounder = new Grounder({ ...inquiry, nodes: this.nodes, formulas: this.formulas });
  }

  /** Forgets everything, to ask for another subject's memberships, or for the same at another state of the facts. */
  begin(inquiry: Inquiry, maxSteps: number): void {
    this.nodes.clear();
    this.formulas.clear();
    this.#grounder.begin(inquiry);
    this.#inquiry = inquiry;
    this.#maxSteps = maxSteps;
    this.#height = 0;
    this.#run = 1;
    this.#steps = 0;
    this.#entered = undefined;
    this.#settling = undefined;
  }

  /** Adds the question whether the subject is in a set, for `start`. Over facts at hand it is started before the next is added. */
  question(object: number, relation: number): number {
    this.#object = object;
    return this.#grounder.question(object, relation);
  }

  /** From now on what it leaves behind has every operand, also of facts at hand: for who explains it. */
  beComplete(): void {
    this.#grounder.beComplete();
  }

  /** How many steps all questions together have taken. */
  get steps(): number {
    return this.#steps;
  }

  /** To be called when the source has facts that it did not have before. */
  resume(): void {
    this.#run++;
  }

  /** Begins to answer a question with a depth budget of at least 1. */
  start(question: number, depth: number): void {
    this.#question = question;
    this.#depth = depth;
    this.#height = 0;
    this.#settling = undefined;
    this.#verdict = this.#enter(this.nodes.at(question), depth);
  }

  /**
   * Goes on for about `maxSteps` steps, or fewer. Answers the verdict, unknown by `UNLOADED` when the
   * source has to load facts before the question is started again; undefined while there is more to do.
   */
  advance(maxSteps: number): Verdict | undefined {
    const until = Math.min(this.#steps + maxSteps, this.#maxSteps);
    while (this.#height > 0 && this.#steps < until) {
      this.#steps++;
      this.#step();
    }
    if (this.#height > 0) {
      if (this.#steps < this.#maxSteps) return undefined;
      this.#abandon();
      return -OUT_OF_STEPS;
    }
    const verdict = this.#verdict as Verdict; // set by start or by the last frame
    if (!isUnsettled(verdict)) return verdict;
    if (this.#grounder.isBrief) {
      this.#beginAnew();
      return undefined;
    }
    this.#settling ??= this.#settle((-verdict & CYCLE) !== 0);
    return this.#advanceSettling(this.#settling);
  }

  /**
   * With complete formulas: where the depth ran out, or a negation lies on a cycle, how much
   * depth an answer takes can depend on operands that decide nothing, and it must be the same over every source.
   */
  #beginAnew(): void {
    const { relation } = this.nodes.at(this.#question);
    this.nodes.clear();
    this.formulas.clear();
    this.#grounder.beComplete();
    this.start(this.question(this.#object, relation), this.#depth);
  }

  /** A stretch of it, which may take no step that counts. */
  #advanceSettling(settling: Generator<number, Verdict>): Verdict | undefined {
    const { done, value } = settling.next();
    if (done === true) {
      this.#settling = undefined;
      return value;
    }
    this.#steps += value;
    if (this.#steps < this.#maxSteps) return undefined;
    this.#abandon();
    return -OUT_OF_STEPS;
  }

  #settle(metCycle: boolean): Generator<number, Verdict> {
    return settleCycles({
      root: this.#question,
      depth: this.#depth,
      metCycle,
      nodes: this.nodes,
      formulas: this.formulas,
      names: this.#inquiry.source,
      ground: (node) => this.#ground(node),
      isStored: (node) => this.#isStored(node),
    });
  }

  /** One instruction of the topmost frame. */
  #step(): void {
    if (this.#entered !== undefined) {
      this.#goOnEntering(this.#entered);
      return;
    }
    const frame = this.#frames[this.#height - 1] as Frame; // the height is above 0 here
    const at = this.#at;
    if (at === frame.end) {
      this.#leave(frame);
      return;
    }
    const need = this.formulas.need(at);
    const argument = this.formulas.argument(at);
    this.#at = at + 1;
    switch (this.formulas.operation(at)) {
      case SET:
        this.#enterSet(frame, this.nodes.at(argument), need);
        break;
      case STORED:
        this.#take(frame, frame.budget < need ? -OUT_OF_DEPTH : this.#lookUp(this.nodes.at(argument)), need);
        break;
      case VERDICT:
        this.#take(frame, frame.budget < need ? -OUT_OF_DEPTH : argument, need);
        break;
      default:
        if (frame.budget < need) {
          this.#at = argument;
          this.#take(frame, -OUT_OF_DEPTH, need);
        } else {
          frame.next = argument;
          this.#push(frame.node, frame.budget, at, false);
        }
    }
  }

  #enterSet(frame: Frame, node: Node, spent: number): void {
    frame.next = this.#at;
    const verdict = this.#enter(node, frame.budget - spent);
    if (verdict !== undefined) this.#take(frame, verdict, node.definiteFrom + spent);
  }

  /** What is known of a node with this budget; undefined when it is being evaluated from now on. */
  #enter(node: Node, budget: number): Verdict | undefined {
    if (budget >= node.definiteFrom) return node.definite;
    if (budget <= node.outOfDepthUpTo) return -OUT_OF_DEPTH;
    if (node.isOnWay) return -CYCLE;
    if (node.openRun === this.#run && budget <= node.openUpTo) return node.openVerdict;
    if (this.#isToBeGrounded(node)) {
      this.#steps += this.#grounder.ground(node);
      if (this.#grounder.isUnfinished) {
        this.#entered = node;
        this.#entryBudget = budget;
        return undefined;
      }
    }
    node.isOnWay = true;
    this.#push(node, budget, node.formula, true);
    return undefined;
  }

  /** Long formulas are written in several steps. */
  #goOnEntering(node: Node): void {
    this.#steps += this.#grounder.goOn();
    if (this.#grounder.isUnfinished) return;
    this.#entered = undefined;
    node.isOnWay = true;
    this.#push(node, this.#entryBudget, node.formula, true);
  }

  #ground(node: Node): Iterable<number> | undefined {
    return this.#isToBeGrounded(node) ? this.#groundInStretches(node) : undefined;
  }

  *#groundInStretches(node: Node): Generator<number, void> {
    yield this.#grounder.ground(node);
    while (this.#grounder.isUnfinished) yield this.#grounder.goOn();
  }

  #isToBeGrounded(node: Node): boolean {
    return node.formula === UNGROUNDED || (node.isPartial && node.openRun !== this.#run);
  }

  #push(node: Node, budget: number, at: number, isNode: boolean): void {
    const operation = this.formulas.operation(at);
    const frame = this.#frames[this.#height] ?? this.#addFrame(node);
    this.#height++;
    frame.operation = operation;
    frame.end = this.formulas.argument(at);
    frame.verdict = operation === AND ? MEMBER : NOT_MEMBER;
    frame.needed = 0;
    frame.need = this.formulas.need(at);
    frame.node = node;
    frame.budget = budget;
    frame.isNode = isNode;
    this.#at = at + 1;
  }

  /** Frames are used again, so that a step allocates nothing. */
  #addFrame(node: Node): Frame {
    const frame: Frame = {
      operation: OR,
      end: 0,
      verdict: NOT_MEMBER,
      needed: 0,
      need: 0,
      node,
      budget: 0,
      isNode: false,
      next: 0,
    };
    this.#frames.push(frame);
    return frame;
  }

  /** Adds an operand's verdict, which a budget of `needed` gives, to an operator. */
  #take(frame: Frame, verdict: Verdict, needed: number): void {
    if (frame.operation === NOT) {
      frame.verdict = negate(verdict);
      frame.needed = needed;
      return;
    }
    const decisive = frame.operation === OR ? MEMBER : NOT_MEMBER;
    if (verdict === decisive) {
      frame.verdict = decisive;
      frame.needed = needed;
      this.#at = frame.end;
      return;
    }
    const neutral = frame.operation === OR ? NOT_MEMBER : MEMBER;
    frame.verdict = merge(frame.verdict, verdict, neutral, this.#inquiry.source);
    if (verdict >= 0 && needed > frame.needed) frame.needed = needed;
  }

  /** Ends the topmost operator and hands its verdict to the one below, or to the question. */
  #leave(frame: Frame): void {
    this.#height--;
    const needed = Math.max(frame.needed, frame.need);
    if (frame.isNode) this.#conclude(frame, needed);
    if (this.#height === 0) {
      this.#verdict = frame.verdict;
      return;
    }
    const below = this.#frames[this.#height - 1] as Frame; // the height is above 0 here
    this.#at = below.next;
    this.#take(below, frame.verdict, needed + below.budget - frame.budget);
  }

  #conclude({ node, verdict, budget }: Frame, needed: number): void {
    node.isOnWay = false;
    if (verdict >= 0) {
      node.definite = verdict;
      node.definiteFrom = Math.min(node.definiteFrom, needed);
    } else if (verdict === -OUT_OF_DEPTH) {
      node.outOfDepthUpTo = budget;
    } else {
      node.openRun = this.#run;
      node.openUpTo = budget;
      node.openVerdict = verdict;
    }
  }

  #lookUp(node: Node): Verdict {
    const stored = this.#isStored(node);
    return stored === NOT_LOADED ? -UNLOADED : stored;
  }

  #isStored(node: Node): number {
    if (node.stored === NOT_LOADED) node.stored = this.#inquiry.source.isStored(node.set);
    return node.stored;
  }

  #abandon(): void {
    this.#grounder.giveUp();
    this.#entered = undefined;
    this.#settling = undefined;
    for (let i = 0; i < this.#height; i++) (this.#frames[i] as Frame).node.isOnWay = false; // i is below the height
    this.#height = 0;
    this.#verdict = -OUT_OF_STEPS;
  }
}

/**
 * Whether cycles may have a bearing on it. Also when only the depth ran out: a set that was met
 * without depth left may be one that another way would have cut.
 */
function isUnsettled(verdict: Verdict): boolean {
  return verdict < 0 && (-verdict & (UNLOADED | OUT_OF_STEPS)) === 0;
}
