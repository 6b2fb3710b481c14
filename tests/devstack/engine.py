"""Short conversations with the stack's Temporal server."""

from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeNamespaceResponse
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError

CALL_TIMEOUT = timedelta(seconds=5)


async def describe_namespace(address: str) -> DescribeNamespaceResponse:
    """What the server says of its default namespace."""
    client = await Client.connect(address)
    return await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace="default"), timeout=CALL_TIMEOUT
    )


async def answers(address: str) -> bool:
    """Whether the server answers a call now."""
    try:
        await describe_namespace(address)
    except (RuntimeError, RPCError):
        return False
    return True


async def start_workflow(address: str, workflow_id: str, keyword_attribute: str) -> None:
    """Start a workflow that no worker takes, with a search attribute set."""
    client = await Client.connect(address)
    attribute = SearchAttributePair(SearchAttributeKey.for_keyword(keyword_attribute), "open")
    await client.start_workflow(
        "NobodyTakesThis",
        id=workflow_id,
        task_queue="nobody-listens",
        search_attributes=TypedSearchAttributes([attribute]),
        rpc_timeout=CALL_TIMEOUT,
    )


async def is_open(address: str, workflow_id: str) -> bool:
    """Whether the server knows the workflow, and knows it as open."""
    client = await Client.connect(address)
    description = await client.get_workflow_handle(workflow_id).describe(rpc_timeout=CALL_TIMEOUT)
    return description.close_time is None
