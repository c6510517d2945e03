/* program.h - a recorded handler: a flat list of operations.
 *
 * The scenario's handler function runs once, at load, against a recorder; what it did
 * becomes this list, and an invocation is a program counter walking it. Structured
 * operations nest by jump targets (absolute indices into ops):
 *
 *   MAYBE  p, else=b            then-block JUMP end  else-block
 *   WHEN   test, else=b         the same
 *   CHOOSE arms[count], b=end   each arm: block JUMP end
 *   EACH   amount, b=after      body  LOOP(a = index of EACH)
 *   MAP    amount, b=after, a=at most so many at once or 0     body  BRANCH_END
 *   ALL    arms[count], b=after each arm: body BRANCH_END
 *   TRY    retry, a=on_error pc or -1, b=after   body TRY_END  [on_error-block JUMP after]
 *   CALL   target, args; a cache's get with `miss`: followed by MISS b=after  block
 *   RECORDS b=after         body  LOOP(a = index of RECORDS): once for each record of the batch
 *   END    the handler returns
 *
 * RESPOND and FAIL end the handler from anywhere. Everything an operation draws is addressed
 * by (request key, op->salt), see core/rng.h.
 */
#ifndef TEPID_MODEL_PROGRAM_H
#define TEPID_MODEL_PROGRAM_H

#include "core/dist.h"
#include "model/key_law.h"
#include "model/retry.h"
#include "model/svc.h"

enum op_code {
    OP_END,
    OP_CPU,    /* dist: work at one vCPU, ns */
    OP_WAIT,   /* dist: ns */
    OP_CALL,   /* target */
    OP_MAYBE,  /* p */
    OP_WHEN,   /* test */
    OP_CHOOSE, /* arms */
    OP_EACH,   /* dist: count */
    OP_LOOP,   /* a: its EACH */
    OP_MAP,    /* dist: count */
    OP_ALL,    /* arms */
    OP_BRANCH_END,
    OP_TRY, /* retry */
    OP_TRY_END,
    OP_JUMP,    /* a */
    OP_MEMORY,  /* dist: bytes the request needs */
    OP_RESPOND, /* a: HTTP status 100..599 */
    OP_FAIL,    /* a: enum fail_kind */
    OP_MARK,    /* a: index into the scenario's marks */
    OP_MISS,    /* b: after the block, which runs if the last call was answered with 404 */
    OP_RECORDS, /* b: after the loop */
    OP_INVOKE,  /* target: a function, asynchronously */
    OP_STATE,   /* a workflow enters a state; a: enum state_kind of svc_workflow.h */
    OP_CODES,
};

/* What r:fail(kind) may name. A crash also resets the instance. */
enum fail_kind { FAIL_ERROR, FAIL_TIMEOUT, FAIL_THROTTLE, FAIL_CRASH };

/* A test of a request attribute: attr "tier":is "gold". */
enum attr_relation { ATTR_IS, ATTR_ISNT, ATTR_GT, ATTR_LT };
struct attr_test {
    const char *name;
    int32_t attr; /* index into the scenario's attribute names */
    enum attr_relation relation;
    const char *text; /* for is/isnt against a string; NULL: compare numbers */
    double number;
};

/* What a storage or messaging operation asks for: r:put(kv, { size = "4KB" }). */
struct op_args {
    enum use use;
    bool consistent;          /* kv: strong reads */
    bool transactional;       /* kv: twice the units */
    const struct dist *n;     /* messages; NULL: 1 */
    const struct dist *size;  /* bytes; NULL: the resource's own */
    const struct dist *items; /* query: items read; NULL: 1 */
    const struct dist *time;  /* exec: ns the query takes; NULL: the resource's own */
    struct key_law key;       /* kv: key; stream: partition key; queue: message group. KEYS_NONE: the resource's own */
};

struct op_arm {
    double upto; /* CHOOSE: cumulative share, the last exactly 1 */
    int32_t pc;  /* first op of the arm */
};

struct op {
    uint8_t code;
    uint16_t count; /* CHOOSE, ALL: arms */
    int32_t line;   /* in the scenario file */
    int32_t a, b;   /* see above */
    struct target target;
    uint64_t salt; /* hash of (resource name, op index, op code); set when the program is bound */
    double p;      /* MAYBE */
    const struct dist *dist;
    const struct op_arm *arms;
    const struct retry_policy *retry; /* TRY; a call with retries is a TRY around a CALL */
    const struct attr_test *test;
    const struct op_args *args; /* CALL, INVOKE; may be NULL */
};

struct program {
    const struct op *ops;
    int32_t count;
    const char *file; /* where the handler stands */
    int32_t line;
    bool leaf;      /* no CALL, TRY, ALL, MAP, INVOKE: everything about a run is known when it starts */
    uint16_t depth; /* deepest nesting of EACH and TRY on one strand */
};

#define PROGRAM_OPS_MAX   20000 /* ops of one handler */
#define PROGRAM_DEPTH_MAX 16    /* nesting of each, try, all and map */

#endif
