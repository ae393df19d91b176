import type { Grant as Granted } from "@aws-sdk/client-s3";
import { malformed, present } from "@posture/aws-access";
import type { Call } from "@posture/core";
import type { Grant } from "@posture/resources-aws/s3";

/** The lines of an ACL, of a bucket or of an object. */
export function grantsOf(grants: readonly Granted[] | undefined, call: Call): Grant[] {
  return present(grants, "Grants", call).map((grant) => grantOf(grant, call));
}

function grantOf({ Grantee, Permission }: Granted, call: Call): Grant {
  const { Type, ID, URI, EmailAddress } = present(Grantee, "Grantee", call);
  const permission = present(Permission, "Permission", call);
  switch (Type) {
    case "CanonicalUser":
      return { grantee: "user", id: present(ID, "Grantee.ID", call), permission };
    case "Group":
      return { grantee: "group", id: present(URI, "Grantee.URI", call), permission };
    case "AmazonCustomerByEmail":
      return { grantee: "email", id: present(EmailAddress, "Grantee.EmailAddress", call), permission };
    default:
      throw malformed(call, `there is a grantee of the type ${Type}`);
  }
}
