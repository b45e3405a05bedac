/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of stacks, by one thread.
 */
#include "preload/nodes.h"
#include "preload/process/config.h"
#include "tests/shim/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct state_node *node_at(uint32_t node)
{
    return (const struct state_node *)((const char *)state_map.header +
                                       (uint64_t)node * STATE_NODE_UNIT);
}
/* 20 frames, of which the innermost ones are new: so many nodes are made, on what is there. */
static void a_stack_makes_the_nodes_that_it_has_not(void **unused)
{
    (void)unused;
    struct stack *stack = calloc(1, sizeof *stack + stack_bytes(config.depth));
    stack_init(stack, config.depth);
    enum { DEPTH = 20 };
    for (unsigned part = 0; part <= DEPTH; part++)
        for (unsigned fresh = 0; fresh <= DEPTH; fresh++) {
            uint64_t before = atomic_load(&state_map.cursor[STATE_TABLE_NODES]);
            stack->count = DEPTH;
            stack->join = 0;
            stack->complete = true;
            stack->reusable = false;
            for (unsigned i = 0; i < DEPTH; i++)
                stack->frames[i] = (struct frame){
                    .pc = i < fresh ? 0x20000 + part * 0x1000 + fresh * 64 + i : 0x30000 + i};
            uint32_t node = nodes_of(stack, nodes_stack_hash(stack));
            uint64_t made = atomic_load(&state_map.cursor[STATE_TABLE_NODES]) - before;
            uint32_t wanted = fresh || part ? fresh : DEPTH;
            if (made < state_map.header->chunk_bytes / 2) /* not into another chunk */
                assert_int_equal(made, wanted * sizeof(struct state_node));
            for (unsigned i = 0; i < DEPTH; i++, node = node_at(node)->parent)
                assert_int_equal(atomic_load(&node_at(node)->pc), stack->frames[i].pc);
            assert_int_equal(node, 0);
        }
    free(stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stack_makes_the_nodes_that_it_has_not),
    };
    host_start("1");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    host_stop();
    return failed;
}
