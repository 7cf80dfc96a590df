"""Calls every method of the ory-keto-client package and prints what each answered, as one JSON object.

Usage: ory-keto-client.py READ_URL WRITE_URL OPL_URL, against a server with the tuples of photo-world.ts.
"""

import json
import sys

import ory_keto_client as keto

READ, WRITE, OPL = (keto.ApiClient(keto.Configuration(host=url)) for url in sys.argv[1:4])

MARIA = {"namespace": "Photo", "object": "beach", "relation": "view", "subject_id": "maria"}
ULI = {**MARIA, "subject_id": "uli"}
CARLA = {"namespace": "Group", "object": "family", "relation": "members", "subject_id": "carla"}


class Recorder:
    """Calls methods of one API and remembers their names."""

    def __init__(self, api):
        self.api = api
        self.called = set()

    def __getattr__(self, name):
        self.called.add(name)
        return getattr(self.api, name)

    def uncalled(self):
        variants = ("_with_http_info", "_without_preload_content")
        methods = [name for name in dir(self.api) if not name.startswith("_") and callable(getattr(self.api, name))]
        return [name for name in methods if not name.endswith(variants) and name not in self.called]


def failure(call):
    """The status and the body of the error that a call raised."""
    try:
        call()
    except keto.ApiException as error:
        return {"status": error.status, "body": json.loads(error.body)}
    raise AssertionError("the call did not fail")


def main():
    metadata = Recorder(keto.MetadataApi(READ))
    permission = Recorder(keto.PermissionApi(READ))
    relationship = Recorder(keto.RelationshipApi(READ))
    administration = Recorder(keto.RelationshipApi(WRITE))
    opl = Recorder(keto.RelationshipApi(OPL))

    def members():
        page = relationship.get_relationships(namespace="Group", object="family", page_size=10)
        return [tuple.subject_id for tuple in page.relation_tuples]

    body = keto.PostCheckPermissionBody
    body_or_error = keto.PostCheckPermissionOrErrorBody
    questions = keto.BatchCheckPermissionBody(tuples=[keto.Relationship(**MARIA), keto.Relationship(**ULI)])
    patch = [
        keto.RelationshipPatch(action="insert", relation_tuple=keto.Relationship(**CARLA)),
        keto.RelationshipPatch(action="delete", relation_tuple=keto.Relationship(**{**CARLA, "subject_id": "maria"})),
    ]
    answers = {
        "get_version": metadata.get_version().version != "",
        "is_alive": metadata.is_alive().to_dict(),
        "is_ready": metadata.is_ready().to_dict(),
        "check_permission": [permission.check_permission(**tuple).allowed for tuple in (MARIA, ULI)],
        "check_permission_or_error": [
            permission.check_permission_or_error(**MARIA).allowed,
            failure(lambda: permission.check_permission_or_error(**ULI)),
        ],
        "post_check_permission": [
            permission.post_check_permission(post_check_permission_body=body(**tuple)).allowed for tuple in (MARIA, ULI)
        ],
        "post_check_permission_or_error": [
            permission.post_check_permission_or_error(post_check_permission_or_error_body=body_or_error(**MARIA)).allowed,
            failure(
                lambda: permission.post_check_permission_or_error(
                    post_check_permission_or_error_body=body_or_error(**ULI)
                )
            ),
        ],
        "batch_check_permission": permission.batch_check_permission(batch_check_permission_body=questions).to_dict(),
        "expand_permissions": permission.expand_permissions(
            namespace="Group", object="family", relation="members", max_depth=3
        ).to_dict(),
        "list_relationship_namespaces": sorted(
            namespace.name for namespace in relationship.list_relationship_namespaces().namespaces
        ),
        "get_relationships": members(),
        "create_relationship": administration.create_relationship(
            create_relationship_body=keto.CreateRelationshipBody(**CARLA)
        ).to_dict(),
        "patch_relationships": [administration.patch_relationships(relationship_patch=patch), members()],
        "delete_relationships": [administration.delete_relationships(namespace="Group", object="family"), members()],
        "check_opl_syntax": [
            opl.check_opl_syntax(body="class User implements Namespace {}").to_dict(),
            [error.start.line for error in opl.check_opl_syntax(body="class User\nimplements {}").errors],
        ],
        "unknown namespace": failure(lambda: relationship.get_relationships(namespace="Nothing")),
    }
    relationship.called |= administration.called | opl.called
    answers["methods that were not called"] = [
        name for api in (metadata, permission, relationship) for name in api.uncalled()
    ]
    print(json.dumps(answers))


main()
